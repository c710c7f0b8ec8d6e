using static Updraft.Cli.Tests.Pictures;

namespace Updraft.Cli.Tests;

public sealed class CriticalPathTests
{
    [Fact]
    public void Of_Diamond_GoesThroughTheSlowerSide()
    {
        var dag = Dag(Task("a"), Task("fast", "a"), Task("slow", "a"), Task("join", "fast", "slow"));

        var path = CriticalPath.Of(dag, [Ended("a", 0, 1), Ended("fast", 1, 2), Ended("slow", 1, 8), Ended("join", 8, 9)]);

        Assert.Equal(["a", "slow", "join"], path.Select(instance => instance.Name));
    }

    [Fact]
    public void Of_MappedGroup_StaysWithinTheIndex()
    {
        var dag = Dag(Task("list"), Task("g.fit"), Task("g.check", "g.fit"), Task("join", "g")) with { Groups = [MappedGroup("g", "list")] };

        var path = CriticalPath.Of(dag,
        [
            Ended("list", 0, 1),
            Ended("g.fit", 1, 3, keys: "A"), Ended("g.check", 3, 9, keys: "A"),
            Ended("g.fit", 1, 2.9, keys: "B"), Ended("g.check", 5, 6, keys: "B"),
            Ended("join", 9, 10),
        ]);

        Assert.Equal(["list", "g.fit[A]", "g.check[A]", "join"], path.Select(instance => instance.Name));
    }

    [Fact]
    public void Of_TaskThatDidNotWaitForAll_SkipsWhatEndedLater()
    {
        var dag = Dag(Task("a"), Task("b"), Task("c", "a", "b"));

        // one_success: c began when a had ended, and b went on.
        var path = CriticalPath.Of(dag, [Ended("a", 0, 1), Ended("b", 0, 5), Ended("c", 1, 9)]);

        Assert.Equal(["a", "c"], path.Select(instance => instance.Name));
    }

    [Fact]
    public void Of_TaskThatWasOnlyDecided_PassesTheWaitOn()
    {
        var dag = Dag(Task("a"), Task("b", "a"), Task("notify", "b"));

        var path = CriticalPath.Of(dag, [Ended("a", 0, 5), new("b", Orchestration.TaskState.UpstreamFailed) { EndedAt = At(5) }, Ended("notify", 5, 6)]);

        Assert.Equal(["a", "notify"], path.Select(instance => instance.Name));
    }

    [Fact]
    public void Of_NothingRan_IsEmpty() => Assert.Empty(CriticalPath.Of(Dag(Task("a")), [new InstancePicture("a", Orchestration.TaskState.Skipped) { EndedAt = At(1) }]));
}

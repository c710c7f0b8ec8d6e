using Updraft.Orchestration;
using static Updraft.Cli.Tests.Pictures;

namespace Updraft.Cli.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void Text_RunUnderWay_ShowsCountsAndWhatIsAtWork()
    {
        var run = Run(RunStatus.Running, Ended("a", 0, 1), Active("fit", 1, "SEA"), Active("fit", 2, "LAX") with { Try = 2 }, new("b", TaskState.None));

        Assert.Equal(
            [
                "train  r1  running  4.0s",
                "  1 success, 2 running, 1 none",
                "  fit[SEA]  running          3.0s",
                "  fit[LAX]  running (try 2)  2.0s",
            ],
            ProgressText.Of(run, At(4), atMost: 8));
    }

    [Fact]
    public void Text_ManyAtWork_CountsTheRest()
    {
        var run = Run(RunStatus.Running, [.. Enumerable.Range(0, 5).Select(i => Active("fit", i, $"{i}"))]);

        var lines = ProgressText.Of(run, At(9), atMost: 2);

        Assert.Equal("  and 3 more", lines[^1]);
        Assert.Equal(5, lines.Count);
    }

    [Fact]
    public void Log_PlainTasks_GetALineForEachChangeAndNoneForTheSame()
    {
        var log = new ProgressLog();
        var first = Run(RunStatus.Running, Active("a", 0), new("b", TaskState.None));
        var second = Run(RunStatus.Running, Ended("a", 0, 1.5), Active("b", 1.5));

        Assert.Equal(["  1.0s  run r1 is running", "  1.0s  running  a"], log.Next(first, At(1)));
        Assert.Empty(log.Next(first, At(1.2)));
        Assert.Equal(["  2.0s  success  a in 1.5s", "  2.0s  running  b"], log.Next(second, At(2)));
    }

    [Fact]
    public void Log_MappedInstances_AreCountedAndTheirFailuresNamed()
    {
        var log = new ProgressLog();

        var lines = log.Next(Run(RunStatus.Running, Ended("fit", 0, 1, keys: "A"), Ended("fit", 0, 1, TaskState.Failed, "B") with { Reason = "exit 1" }), At(1));

        Assert.Equal(["  1.0s  run r1 is running", "  1.0s  failed  fit[B] in 1.0s: exit 1", "  1.0s  1 success, 1 failed"], lines);
    }

    [Fact]
    public void Log_NextTry_IsToldAgain()
    {
        var log = new ProgressLog();
        _ = log.Next(Run(RunStatus.Running, Active("a", 0)), At(0));

        Assert.Equal(["  3.0s  running  a"], log.Next(Run(RunStatus.Running, Active("a", 2) with { Try = 2 }), At(3)));
    }
}

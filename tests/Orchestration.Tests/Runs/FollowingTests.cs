using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>A run says when it, or a task of it, has ended; and tells its DAG's actor.</summary>
public sealed class FollowingTests
{
    private static readonly ActorId Asker = new("backfill", "backfills/b/");

    private static DagSpec Chain() => Spec("a", "b");

    private static DagSpec Spec(params string[] tasks)
    {
        var dag = new DagBuilder("d");
        TaskNode? before = null;
        foreach (var id in tasks)
        {
            var task = dag.Task(id, "noop");
            if (before is not null) dag.Link(before >> task);
            before = task;
        }
        return dag.Build();
    }

    private static RunFollowed[] Answers(RunBench bench, string kind = RunFollowed.Kind) => [.. bench.Tells(kind).Select(tell => tell.Body.Deserialize<RunFollowed>(OrchestrationJson.Options)!)];

    private static FollowRun Ask(string? task = null, int changes = 0) => new(Asker, "k", task, Changes: changes);

    [Fact]
    public void Follow_RunUnderWay_AnswersWhenItEnds()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask());
        bench.End("a");
        Assert.Empty(Answers(bench));

        bench.End("b");

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Success)], Answers(bench));
        Assert.Equal(Asker, bench.Tells(RunFollowed.Kind)[0].Id);
        Assert.False(bench.IsFinal, "it ended before it had told");
        Assert.True(bench.Return(ActivityNames.TellActor).IsFinal);
    }

    [Fact]
    public void Follow_RunHasEnded_AnswersAndEndsAgainUnchanged()
    {
        var bench = new RunBench(Chain()).End("a").End("b", AttemptOutcome.Failed);
        var (before, summary) = (bench.Body, bench.Summary);
        bench.Now += TimeSpan.FromDays(1);

        bench.Lose().Tell(FollowRun.Kind, Ask());

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Failed)], Answers(bench));
        Assert.True(bench.Return(ActivityNames.TellActor).IsFinal);
        Assert.Equal(summary, bench.Summary);
        Assert.Equal(JsonSerializer.Serialize(before), JsonSerializer.Serialize(bench.Body));
    }

    [Fact]
    public void Follow_Task_AnswersWhenTheTaskEndsAndNotTheRun()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask("a")).Tell(FollowRun.Kind, Ask("b") with { Key = "other" });

        bench.End("a");

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Running, TaskState.Success)], Answers(bench));
    }

    [Fact]
    public void Follow_TaskThatIsNotThere_AnswersWithoutAState()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask("nobody"));

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Running)], Answers(bench));
    }

    [Fact]
    public void Follow_QueuedRun_AnswersAtItsEndOnly()
    {
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Task("a", "noop");
        var bench = new RunBench(dag.Build()).Tell(FollowRun.Kind, Ask("a"));
        Assert.Empty(Answers(bench));
        bench.Return(ActivityNames.AcquirePools, new AcquiredPools((string?)null));
        Assert.Empty(Answers(bench));

        bench.End("a");

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Success, TaskState.Success)], Answers(bench));
    }

    /// <summary>"A bad answer": whoever asks for one more change hears of the next end.</summary>
    [Fact]
    public void Follow_AfterOneMoreChange_AnswersAtTheNextEnd()
    {
        var bench = new RunBench(Chain()).End("a").End("b", AttemptOutcome.Failed);
        bench.Tell(FollowRun.Kind, Ask("b", changes: 1)).Tell(FollowRun.Kind, Ask(changes: 1) with { Key = "run" });
        Assert.Empty(Answers(bench));
        Assert.True(bench.IsFinal, "who waits for a change keeps no run open");

        bench.Lose().Tell(ClearCommand.Kind, new ClearCommand { Tasks = [new("b", [])] });
        Assert.Empty(Answers(bench));
        bench.End("b");

        Assert.Equal([new RunFollowed("k", "r", 1, RunStatus.Success, TaskState.Success, 1), new RunFollowed("run", "r", 1, RunStatus.Success, null, 1)], Answers(bench).OrderBy(answer => answer.Key));
    }

    [Fact]
    public void Follow_TaskClearedWhileTheRunGoesOn_AnswersAtItsNextEnd()
    {
        var dag = new DagBuilder("d");
        dag.Task("a", "noop");
        dag.Task("other", "noop");
        var bench = new RunBench(dag.Build()).End("a", AttemptOutcome.Failed).Tell(FollowRun.Kind, Ask("a", changes: 1));

        bench.Tell(ClearCommand.Kind, new ClearCommand { Tasks = [new("a", [])] });
        Assert.Empty(Answers(bench));
        bench.End("a");

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Running, TaskState.Success, 1)], Answers(bench));
    }

    [Fact]
    public void Follow_ExecutionLostBeforeItHadTold_TellsAgainTheSameEntry()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask()).End("a").End("b");
        var first = bench.Tells(RunFollowed.Kind).Single();

        var again = bench.Lose().Tells(RunFollowed.Kind).Single();

        Assert.Equal((first.EntryId, first.Body.GetRawText()), (again.EntryId, again.Body.GetRawText()));
        Assert.True(bench.Return(ActivityNames.TellActor).IsFinal);
        Assert.Empty(bench.Lose().Calls);
    }

    [Fact]
    public void Follow_AskedTwiceByOne_IsAnsweredOnce()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask()).Tell(FollowRun.Kind, Ask());

        Assert.Single(Answers(bench.End("a").End("b")));
    }

    [Fact]
    public void Follow_ByAJob_IsAnsweredByAWake()
    {
        var bench = new RunBench(Chain()).Tell(FollowRun.Kind, Ask() with { AnswerKind = JobCommands.Wake }).End("a").End("b");

        Assert.Single(Answers(bench, JobCommands.Wake));
    }

    /// <summary>Of a mapped task, the worst of its instances; of one instance, its own.</summary>
    [Fact]
    public void Follow_MappedTask_AnswersForAllOrForOne()
    {
        var dag = new DagBuilder("d");
        dag.Task("each", "noop").Map(["x", "y"], key: "{{ item }}");
        var bench = new RunBench(dag.Build()).Tell(FollowRun.Kind, Ask("each")).Tell(FollowRun.Kind, Ask("each") with { Key = "x", Keys = ["x"] });
        bench.Return(ActivityNames.ExpandMap, new MapExpanded { Count = 2, Keys = ["x", "y"] });
        Assert.Empty(Answers(bench));

        bench.End("each[x]");
        Assert.Equal([new RunFollowed("x", "r", 0, RunStatus.Running, TaskState.Success)], Answers(bench));

        bench.Return(ActivityNames.TellActor).End("each[y]", AttemptOutcome.Failed);
        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Failed, TaskState.Failed)], Answers(bench));
    }

    /// <summary>The state of a mapped task in parts comes from the tallies.</summary>
    [Fact]
    public void Follow_MappedTaskInParts_AnswersWhenAllPartsHaveEnded()
    {
        var dag = new DagBuilder("d");
        dag.Task("each", "noop").Map([1, 2, 3]);
        dag.Task("other", "noop");
        var bench = new RunBench(dag.Build(), partSize: 2).Tell(FollowRun.Kind, Ask("each"));
        bench.Return(ActivityNames.ExpandMap, new MapExpanded { Count = 3 });
        bench.Tell(PartReport.Kind, new PartReport { Part = "1.0", Sequence = 1, Seen = 1, Ended = true, Tasks = [new(0, 0, 2, 0, 0, 0)] });
        Assert.Empty(Answers(bench));

        bench.Tell(PartReport.Kind, new PartReport { Part = "1.1", Sequence = 1, Seen = 1, Ended = true, Tasks = [new(0, 0, 0, 1, 0, 0)] });

        Assert.Equal([new RunFollowed("k", "r", 0, RunStatus.Running, TaskState.Failed)], Answers(bench));
    }

    [Fact]
    public void End_OfARunThatTellsItsDag_TellsOncePerOpening()
    {
        var bench = new RunBench(Chain(), request => request with { TellsDag = true }).End("a").End("b", AttemptOutcome.Failed);
        var first = bench.Tells(RunEnded.Kind).Single();
        Assert.Equal((DagPaths.ActorOf("d"), new RunEnded("r", 0, RunStatus.Failed, bench.Body.StartedAt!.Value)), (first.Id, first.Body.Deserialize<RunEnded>(OrchestrationJson.Options)));
        Assert.Equal(first.EntryId, bench.Lose().Tells(RunEnded.Kind).Single().EntryId);
        Assert.True(bench.Return(ActivityNames.TellActor).IsFinal);

        bench.Lose().Tell(ClearCommand.Kind, new ClearCommand { Tasks = [new("b", [])] }).End("b");

        var second = bench.Tells(RunEnded.Kind).Single();
        Assert.NotEqual(first.EntryId, second.EntryId);
        Assert.Equal((1, RunStatus.Success), (second.Body.Deserialize<RunEnded>(OrchestrationJson.Options)!.Opened, second.Body.Deserialize<RunEnded>(OrchestrationJson.Options)!.Status));
    }

    [Fact]
    public void End_OfARunThatDoesNotTellItsDag_TellsNobody()
    {
        var bench = new RunBench(Chain()).End("a").End("b");

        Assert.Empty(bench.Calls);
        Assert.True(bench.IsFinal);
    }

    [Fact]
    public void Cancel_QueuedRunThatTellsItsDag_Tells()
    {
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Task("a", "noop");
        var bench = new RunBench(dag.Build(), request => request with { TellsDag = true }).Tell(CancelCommand.Kind, new CancelCommand());

        Assert.Equal(RunStatus.Cancelled, bench.Lose().Tells(RunEnded.Kind).Single().Body.Deserialize<RunEnded>(OrchestrationJson.Options)!.Status);
    }
}

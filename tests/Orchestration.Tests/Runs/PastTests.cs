using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary><c>depends_on_past</c>, per task and per DAG, on the side of the run that depends.</summary>
public sealed class PastTests
{
    private const string Before = "r0";

    private static RunBench OfDag(int? maxActiveRuns = null, string? previous = Before)
    {
        var dag = new DagBuilder("d");
        dag.Task("a", "noop");
        return new RunBench(dag.Build() with { DependsOnPast = true, MaxActiveRuns = maxActiveRuns }, request => request with { Previous = previous });
    }

    private static RunBench OfTask(string? previous = Before, Action<TaskNode>? with = null)
    {
        var dag = new DagBuilder("d");
        var a = dag.Task("a", "noop");
        with?.Invoke(a);
        var spec = dag.Build();
        return new RunBench(spec with { Tasks = [spec.Tasks[0] with { DependsOnPast = true }] }, request => request with { Previous = previous });
    }

    private static FollowRun Question(RunBench bench) => bench.Tells(FollowRun.Kind).Single().Body.Deserialize<FollowRun>(OrchestrationJson.Options)!;

    private static bool HasStarted(RunBench bench, string task = "a") => bench.Calls.Any(call => call.Input is AttemptRequest request && (request.Place.IsEmpty ? request.TaskId : $"{request.TaskId}[{request.Place[0].Key}]") == task);

    [Fact]
    public void Dag_PreviousSucceeded_Starts()
    {
        var bench = OfDag();
        Assert.Equal((RunStatus.Queued, false), (bench.Body.Status, HasStarted(bench)));
        Assert.Equal(new CheckPast(Before), bench.CallsOf<CheckPast>(ActivityNames.CheckPast).Single());

        bench.Return(ActivityNames.CheckPast, PastState.Fine);

        Assert.Equal((RunStatus.Running, true), (bench.Body.Status, HasStarted(bench)));
    }

    [Fact]
    public void Dag_NoPreviousRun_Starts() => Assert.True(HasStarted(OfDag(previous: null)));

    [Fact]
    public void Dag_PreviousWasPurgedMeanwhile_Starts()
    {
        var bench = OfDag().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Failed, Changes = 1 });

        bench.Return(ActivityNames.TellActor, new ToldActor(Known: false));

        Assert.True(HasStarted(bench));
    }

    /// <summary>"A previous run that failed keeps it waiting: it goes on when that one is cleared or marked and succeeds."</summary>
    [Fact]
    public void Dag_PreviousFailed_WaitsUntilItSucceedsAfterAll()
    {
        var bench = OfDag().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Failed, Changes = 1 });
        Assert.Equal((RunStatus.Queued, "waits until 'r0', the run before it, succeeds; that one has ended as failed"), (bench.Body.Status, bench.Body.Reason));
        Assert.Equal((null, 1), (Question(bench).Task, Question(bench).Changes));
        bench.Return(ActivityNames.TellActor, new ToldActor(true));

        bench.Tell(RunFollowed.Kind, new RunFollowed("past", Before, 1, RunStatus.Failed, null, 1));
        bench.Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Failed, Changes = 2 });
        Assert.Equal((2, false), (Question(bench).Changes, HasStarted(bench)));

        bench.Tell(RunFollowed.Kind, new RunFollowed("past", Before, 2, RunStatus.Success, null, 2));

        Assert.Equal((RunStatus.Running, null, true), (bench.Body.Status, bench.Body.Reason, HasStarted(bench)));
    }

    [Fact]
    public void Dag_PreviousUnderWay_WaitsForItsEnd()
    {
        var bench = OfDag().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running });

        Assert.Equal((0, "waits until 'r0', the run before it, succeeds"), (Question(bench).Changes, bench.Body.Reason));
    }

    [Fact]
    public void Dag_WaitsForThePast_TakesNoRunSlot()
    {
        var bench = OfDag(maxActiveRuns: 1).Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running });
        Assert.Empty(bench.CallsOf<AcquirePools>(ActivityNames.AcquirePools));

        bench.Tell(RunFollowed.Kind, new RunFollowed("past", Before, 0, RunStatus.Success));

        Assert.Single(bench.CallsOf<AcquirePools>(ActivityNames.AcquirePools));
        Assert.False(HasStarted(bench));
    }

    [Fact]
    public void Dag_ExecutionLostWhileItWaits_AsksAgain()
    {
        var bench = OfDag().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running }).Lose();

        Assert.Single(bench.CallsOf<CheckPast>(ActivityNames.CheckPast));
    }

    [Fact]
    public void Dag_CancelledWhileItWaits_Ends() => Assert.Equal(RunStatus.Cancelled, OfDag().Tell(CancelCommand.Kind, new CancelCommand()).Body.Status);

    [Fact]
    public void Task_PreviousIsFine_Starts()
    {
        var bench = OfTask();
        Assert.Equal((TaskState.Scheduled, "waits for 'a' of the run before, 'r0'"), (bench["a"].State, bench["a"].Reason));

        bench.Return(ActivityNames.CheckPast, PastState.Fine);

        Assert.True(HasStarted(bench));
    }

    [Fact]
    public void Task_NoPreviousRun_Starts() => Assert.True(HasStarted(OfTask(previous: null)));

    [Theory]
    [InlineData(TaskState.Success, true)]
    [InlineData(TaskState.Skipped, true)]
    [InlineData(TaskState.Failed, false)]
    [InlineData(TaskState.UpstreamFailed, false)]
    public void Task_PreviousEnds_StartsWhenItSucceededOrWasSkipped(TaskState state, bool starts)
    {
        var bench = OfTask().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running });
        Assert.Equal(("a", 0), (Question(bench).Task, Question(bench).Changes));

        bench.Return(ActivityNames.TellActor, new ToldActor(true)).Tell(RunFollowed.Kind, new RunFollowed("past/0", Before, 0, RunStatus.Running, state));

        Assert.Equal(starts, HasStarted(bench));
        if (!starts) Assert.Equal(1, Question(bench.Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running })).Changes);
    }

    [Fact]
    public void Task_MappedInstances_StartByTheirKeys()
    {
        var bench = OfTask(with: task => task.Map(["x", "y"], key: "{{ item }}")).Return(ActivityNames.ExpandMap, new MapExpanded { Count = 2, Keys = ["x", "y"] });
        Assert.Single(bench.CallsOf<CheckPast>(ActivityNames.CheckPast));

        bench.Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Failed, Changes = 1, NotGood = ["x"] });

        Assert.Equal((false, true), (HasStarted(bench, "a[x]"), HasStarted(bench, "a[y]")));
        Assert.Equal(RunStatus.Running, bench.End("a[y]").Body.Status);
    }

    /// <summary>It waits for another run, so it is not one that can make no progress.</summary>
    [Fact]
    public void Task_WaitsForThePast_IsNotStuck()
    {
        var bench = OfTask().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Failed, Changes = 1 }).Return(ActivityNames.TellActor, new ToldActor(true));
        bench.Tell(PauseCommand.Kind, new PauseCommand(false));

        Assert.Equal((RunStatus.Running, TaskState.Scheduled), (bench.Body.Status, bench["a"].State));
    }

    [Fact]
    public void Task_Cleared_LooksAtThePastAgain()
    {
        var bench = OfTask().Return(ActivityNames.CheckPast, PastState.Fine).End("a");

        bench.Tell(ClearCommand.Kind, new ClearCommand { Tasks = [new("a", [])] });

        Assert.Single(bench.CallsOf<CheckPast>(ActivityNames.CheckPast));
        Assert.False(HasStarted(bench));
    }

    [Fact]
    public void Task_ExecutionLostWhileItWaits_AsksAgain()
    {
        var bench = OfTask().Return(ActivityNames.CheckPast, new PastState { Status = RunStatus.Running }).Lose();

        Assert.True(HasStarted(bench.Return(ActivityNames.CheckPast, PastState.Fine)));
    }
}

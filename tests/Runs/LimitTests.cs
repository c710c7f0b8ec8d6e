using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Pools, limits by key, runs and tasks at once: I9, "a pool never holds more than its slots, and every slot is free once nothing runs".</summary>
public sealed class LimitTests
{
    private static readonly Func<Act, Task<TaskOutcome>> AMinute = async act =>
    {
        await act.WorkForAsync(TimeSpan.FromMinutes(1));
        return TaskOutcome.Success();
    };

    [Fact]
    public async Task Pool_IsNeverOverfull_OverRuns()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        var ledger = PoolNames.Named("db");
        await scene.Host.Embedded.State.PutAsync(PoolPaths.Definition(ledger), new PoolDefinition(3), WriteCondition.None);
        var dag = new DagBuilder("d");
        dag.Work("each").Map([1, 2, 3, 4, 5]).Pool("db");
        var spec = dag.Build();

        await scene.TriggerAsync(spec, runId: "r");
        await scene.TriggerAsync(spec, runId: "s");
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r")).Body.Status);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("s")).Body.Status);

        Assert.Equal((10, 3), (scene.Stage.Journal.Count, scene.Stage.Peak));
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(ledger)).IsIdle);
    }

    [Fact]
    public async Task Limit_ByKey_HoldsForEachValue()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        var dag = new DagBuilder("d");
        dag.Work("each").Map([1, 1, 1, 2, 2, 2]).Limit("{{ item }}", 1);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal((6, 2), (scene.Stage.Journal.Count, scene.Stage.Peak));
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(null, 2)]
    public async Task TasksAtOnce_OfARunOrMap_AreBounded(int? ofRun, int? ofMap)
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        var dag = new DagBuilder("d") { MaxActiveTasks = ofRun };
        dag.Work("each").Map([1, 2, 3, 4, 5], maxActive: ofMap);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal((5, 2), (scene.Stage.Journal.Count, scene.Stage.Peak));
    }

    /// <summary>As above, over the parts of a large map.</summary>
    [Fact]
    public async Task TasksAtOnce_OfAMapInParts_AreBounded()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        var dag = new DagBuilder("d");
        dag.Work("each").Map(Enumerable.Range(0, 450).ToArray(), maxActive: 9); // Below the worker slots, which would hold the rest back too.

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(450, scene.Stage.Journal.Count);
        Assert.InRange(scene.Stage.Peak, 1, 9);
    }

    /// <summary>semantics.md, States: "queued (waits for its DAG's run slot)".</summary>
    [Fact]
    public async Task MaxActiveRuns_QueuesTheNext_UntilOneEnds()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Work("a");
        var spec = dag.Build();
        await scene.TriggerAsync(spec, runId: "r");
        await scene.SettleAsync();
        await scene.TriggerAsync(spec, runId: "s");
        await scene.TriggerAsync(spec, runId: "t");
        await scene.SettleAsync();
        Assert.Equal(RunStatus.Queued, (await scene.ViewAsync("s")).Body.Status);

        foreach (var id in (string[])["r", "s", "t"]) Assert.Equal(RunStatus.Success, (await scene.EndAsync(id)).Body.Status);

        Assert.Equal(["r/a/1", "s/a/1", "t/a/1"], scene.Stage.Attempts);
        Assert.Equal(1, scene.Stage.Peak);
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.RunsOf("d"))).IsIdle);
    }

    [Fact]
    public async Task Cancel_OfAQueuedRun_LeavesTheQueue()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Work("a");
        var spec = dag.Build();
        foreach (var id in (string[])["r", "s", "t"])
        {
            await scene.TriggerAsync(spec, runId: id);
            await scene.SettleAsync();
        }

        await scene.Host.Runs.CancelAsync("s", new CancelCommand());

        Assert.Equal(RunStatus.Cancelled, (await scene.EndAsync("s")).Body.Status);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r")).Body.Status);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("t")).Body.Status);
        Assert.Equal(["r/a/1", "t/a/1"], scene.Stage.Attempts);
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.RunsOf("d"))).IsIdle);
    }
}

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

    /// <summary>A run keeps most of those who wait to itself, so that a ledger stays small.</summary>
    [Fact]
    public async Task Pool_ManyWant_FewStandInLine()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        await scene.Host.Services.Pools.SetAsync("db", new PoolDefinition(5));
        var dag = new DagBuilder("d");
        dag.Work("each").Map(Enumerable.Range(0, 150).ToArray()).Pool("db");
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();

        var usage = Assert.Single(await scene.Host.Services.Pools.ListAsync());
        Assert.Equal(5, usage.Taken);
        Assert.InRange(usage.Waiters, 20, 48);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Equal((150, 5), (scene.Stage.Journal.Count, scene.Stage.Peak));
        // The first to ask, in whatever order they reach the ledger, come before those who wait behind them.
        Assert.All(scene.Stage.Journal.Take(20), each => Assert.Contains(each.Instance, Enumerable.Range(0, 48).Select(n => $"each[{n}]")));
    }

    /// <summary>As above, and the host is another in between: those who wait keep their places, and none is forgotten.</summary>
    [Fact]
    public async Task Pool_ManyWant_AllComeAfterARestart()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        await scene.Host.Services.Pools.SetAsync("db", new PoolDefinition(20));
        var dag = new DagBuilder("d");
        dag.Work("each").Map(Enumerable.Range(0, 120).ToArray()).Pool("db");
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        await scene.RestartAsync();

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Equal(120, scene.Stage.Journal.Where(each => each.Ended).Select(each => each.Instance).Distinct().Count());
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.Named("db"))).IsIdle);
    }

    [Fact]
    public async Task Pool_IsFull_AnotherIsNot()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("slow", AMinute).On("both", AMinute));
        await scene.Host.Services.Pools.SetAsync("full", new PoolDefinition(1));
        await scene.Host.Services.Pools.SetAsync("free", new PoolDefinition(1));
        var dag = new DagBuilder("d");
        dag.Work("slow").Map(Enumerable.Range(0, 50).ToArray()).Pool("full");
        dag.Work("both").Pool("free").Pool("full");
        dag.Work("quick").Map([1, 2, 3]).Pool("free");
        await scene.TriggerAsync(dag.Build());
        await scene.DriveAsync(() => Task.FromResult(scene.Stage.Journal.Count(each => each is { Task: "quick", Ended: true }) == 3));

        Assert.InRange(scene.Stage.Executions("slow"), 0, 3);
        Assert.Equal(0, (await scene.Host.Services.Pools.GetAsync("free")).Usage.Taken);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    [Fact]
    public async Task Prioritize_OfWhatWaitsForAPool_ComesNext()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        await scene.Host.Services.Pools.SetAsync("db", new PoolDefinition(1));
        var dag = new DagBuilder("d");
        dag.Work("each").Map(Enumerable.Range(0, 60).ToArray()).Pool("db");
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        // The last is not in line yet, and the fourth is.
        Assert.True(await scene.Host.Runs.PrioritizeAsync("r", new PriorityCommand([new("each", ["59"])], 2)));
        Assert.True(await scene.Host.Runs.PrioritizeAsync("r", new PriorityCommand([new("each", ["3"])], 1)));

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        var order = scene.Stage.Journal.Select(each => each.Instance).ToList();
        Assert.Equal("each[59]", order[1]);
        Assert.InRange(order.IndexOf("each[3]"), 0, 2);
        Assert.Equal(60, order.Count);
    }

    [Fact]
    public async Task Prioritize_WithinARun_ComesNext()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", AMinute));
        var dag = new DagBuilder("d") { MaxActiveTasks = 1 };
        dag.Work("each").Map([0, 1, 2, 3, 4]);
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        await scene.Host.Runs.PrioritizeAsync("r", new PriorityCommand([new("each", ["3"])], 1));

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Equal(["each[0]", "each[3]", "each[1]", "each[2]", "each[4]"], scene.Stage.Journal.Select(each => each.Instance));
    }

    [Fact]
    public async Task Prioritize_OfAQueuedRun_StartsItFirst()
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
        await scene.Host.Runs.PrioritizeAsync("t", new PriorityCommand([], 5));

        foreach (var id in (string[])["r", "s", "t"]) Assert.Equal(RunStatus.Success, (await scene.EndAsync(id)).Body.Status);
        Assert.Equal(["r/a/1", "t/a/1", "s/a/1"], scene.Stage.Attempts);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(true, true)]
    public async Task Pool_SensorThatWaits_CountsIfThePoolSaysSo(bool? includeWaiting, bool holdsUp)
    {
        var stage = new Stage();
        stage.Sensor.MetAfter = int.MaxValue;
        await using var scene = await Scene.OpenAsync(stage);
        await scene.Host.Services.Pools.SetAsync("db", new PoolDefinition(1, IncludeWaiting: includeWaiting));
        var dag = new DagBuilder("d");
        dag.Task("wait", "sensor").Pool("db").Priority(1);
        dag.Work("work").Pool("db");
        await scene.TriggerAsync(dag.Build());
        var instances = await ShownAsync();
        Assert.Equal(TaskState.Waiting, instances["wait"].State);
        Assert.Equal(holdsUp ? TaskState.Scheduled : TaskState.Success, instances["work"].State);
        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        await scene.EndAsync();
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.Named("db"))).IsIdle);

        // The third look is long after whatever else could be done was done, and shown.
        async Task<IReadOnlyDictionary<string, InstanceDocument>> ShownAsync()
        {
            await scene.DriveAsync(() => Task.FromResult(stage.Sensor.Looks >= 3));
            return await scene.InstancesAsync();
        }
    }

    /// <summary>An experiment has limits of its own.</summary>
    [Fact]
    public async Task MaxActiveRuns_OfAnExperiment_IsItsOwn()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Work("a");
        var catalogue = scene.Host.Services.Catalogue;
        await catalogue.PublishAsync(new PublishDag { Spec = dag.Build() });
        await catalogue.PublishAsync(new PublishDag { Spec = dag.Build(), Experiment = "x" });
        await catalogue.TriggerAsync("d", run => run with { RunId = "r" });
        await catalogue.TriggerAsync("d@x", run => run with { RunId = "s" });
        await scene.SettleAsync();

        Assert.Equal((RunStatus.Running, RunStatus.Running), ((await scene.ViewAsync("r")).Body.Status, (await scene.ViewAsync("s")).Body.Status));
        await scene.EndAsync("r");
        await scene.EndAsync("s");
    }
}

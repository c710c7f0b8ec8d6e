using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;
using static Updraft.Runs.Waiting;

namespace Updraft.Runs;

/// <summary>What is shown of waits, what repairs them, what removes what is left of them.</summary>
public sealed class WaitHousekeepingTests
{
    [Fact]
    public async Task Explain_NamesTheConditionItsLooksItsLastErrorAndTheOthers()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.Look = _ => throw new IOException("the disk is away");
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")), ("c", Dag("c")));

        var cause = Assert.Single((await scene.Host.Services.Explainer.ExplainAsync("a", "w", []))!.Causes);

        Assert.Equal(CauseKind.Sensor, cause.Kind);
        Assert.StartsWith("""the condition of 'w', lasting {"name":"x","place":"here"}, does not hold yet: looked at last at 2026-01-01T00:00:00Z, next at 2026-01-01T00:01:""", cause.Text, StringComparison.Ordinal);
        Assert.EndsWith("; the last look failed: IOException: the disk is away; 2 more tasks wait for it", cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_CountsWhoWaits()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")), ("c", Dag("c", "many", new { name = "x", place = "east" })), ("d", Dag("d", "many", new { name = "y", place = "east" })));

        var open = await scene.Host.Services.OpenConditions.ListAsync().ToListAsync();

        Assert.Equal([("lasting", null, 2), ("many", "east", 1), ("many", "east", 1)], open.OrderBy(each => each.Operator).Select(each => (each.Operator, each.Backend, each.Waiters)));
    }

    [Fact]
    public async Task Sweep_RemovesWaitsOfRunsThatHaveEnded()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")));
        var path = (await scene.PathsAsync(WatcherPaths.All)).First(path => path.Contains("/waiters/", StringComparison.Ordinal));
        var stored = (await scene.Host.Embedded.State.GetAsync<SharedWait>(path))!.Value;
        var run = stored.Request.Attempt.RunId;
        await scene.Host.Runs.CancelAsync(run, new CancelCommand());
        await scene.EndAsync(run);
        // A host that was thought dead notes the wait once more.
        await scene.Host.Embedded.State.PutAsync(path, stored, WriteCondition.None);

        await scene.Host.Services.ReconcileAsync();

        Assert.Equal(1, await scene.WaitersAsync());
    }

    [Fact]
    public async Task Retention_RemovesWhatWasRememberedAndWatchersThatHaveEnded()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.True["x"] = new string('x', 5_000);
        await scene.RunAsync(Dag("a"), runId: "a");
        await scene.WaitAsync(("b", Dag("b", with: new { name = "open" })));
        await scene.DrainAsync();
        scene.Time.Advance(TimeSpan.FromDays(3));
        await scene.SettleAsync();

        var report = await scene.Host.Services.Retention.RunOnceAsync(new RetentionPolicy());

        Assert.Equal((1, 1, 0, 0), (report.Watchers, await scene.WatchersAsync(), (await scene.PathsAsync(WatcherPaths.AllRemembered)).Count, (await scene.Host.Embedded.Blobs.ListAsync(WatcherPaths.AllRemembered).ToListAsync()).Count));
        // What is waited for again has a watcher again.
        scene.Stage.World.True.Clear();
        await scene.WaitAsync(("c", Dag("c")));
        scene.Stage.World.True["x"] = 2;
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("c")).Body.Status);
    }

    [Fact]
    public async Task Wait_ThatBeganAloneBeforeWaitsWereShared_GoesOnAlone()
    {
        var stage = new Stage().On("hold", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(10));
            return Operators.TaskOutcome.Success();
        });
        await using var scene = await Scene.OpenAsync(stage);
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("hold") >> dag.Task("w", "lasting", new { name = "x" }));
        var run = await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        var request = new JobRequest
        {
            Attempt = new() { AttemptId = "r/w/1", RunId = "r", DagHash = run.Request.DagHash, TaskId = "w", Try = 1 }, Sensor = true, Parent = RunPaths.Of("r"), ParentKey = "1",
        };
        await scene.Host.Actors.Actors.StartAsync(new() { Id = JobPaths.Of("r", "r/w/1"), Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) });

        await scene.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal((TaskState.Waiting, 0), ((await scene.InstancesAsync())["w"].State, await scene.WatchersAsync()));
        scene.Stage.World.True["x"] = 1;

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }
}

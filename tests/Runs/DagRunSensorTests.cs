using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Sensors on another DAG's run, task or latest success.</summary>
public sealed class DagRunSensorTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task DagRun_OfTheSameTick_GoesOnAtItsEnd()
    {
        await using var scene = await OtherAsync(Slow);
        var tick = scene.Time.GetUtcNow();
        await TriggerOtherAsync(scene, RunIds.OfTick("other", tick));
        await TriggerAsync(scene, new { dag = "other", interval = "12h" }, tick);

        var run = await scene.EndAsync();

        Assert.Equal(RunStatus.Success, run.Body.Status);
        // Told of the end, and not found by a look.
        Assert.Equal(1, (run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalHours, 0.01);
    }

    [Fact]
    public async Task DagRun_OfAnEarlierTick_IsTheOneSoMuchBefore()
    {
        await using var scene = await OtherAsync(_ => { });
        var tick = scene.Time.GetUtcNow();
        await TriggerOtherAsync(scene, RunIds.OfTick("other", tick - Hour));

        await TriggerAsync(scene, new { dag = "other", before = "1h" }, tick);

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    [Fact]
    public async Task DagRun_ThatIsNotThereYet_IsLookedForUntilItIs()
    {
        await using var scene = await OtherAsync(_ => { });
        await TriggerAsync(scene, new { dag = "other", run_id = "o" });
        var start = scene.Time.GetUtcNow();
        await scene.DriveAsync(() => Task.FromResult(scene.Time.GetUtcNow() > start + TimeSpan.FromMinutes(10)));
        Assert.False((await scene.ViewAsync()).Final);

        await TriggerOtherAsync(scene, "o");

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    [Fact]
    public async Task DagRun_OfATask_DoesNotWaitForTheRest()
    {
        await using var scene = await OtherAsync(Slow);
        await TriggerOtherAsync(scene, "o");

        await TriggerAsync(scene, new { dag = "other", run_id = "o", task = "first" });
        await scene.EndAsync();

        Assert.False((await scene.ViewAsync("o")).Final);
    }

    [Fact]
    public async Task DagRun_OfATaskThatIsNotThere_FailsAtTheEndOfTheRun()
    {
        await using var scene = await OtherAsync(_ => { });
        await TriggerOtherAsync(scene, "o");

        await TriggerAsync(scene, new { dag = "other", run_id = "o", task = "nothing" });
        await scene.EndAsync();

        Assert.Equal(OperatorErrors.AwaitedRun, (await scene.InstancesAsync())["wait"].Code);
    }

    [Fact]
    public async Task DagRun_Failed_FailsWithTheReason()
    {
        await using var scene = await OtherAsync(stage => stage.On("second", _ => TaskOutcome.Failed("broken")));
        await TriggerOtherAsync(scene, "o");

        await TriggerAsync(scene, new { dag = "other", run_id = "o" });
        await scene.EndAsync();

        var wait = (await scene.InstancesAsync())["wait"];
        Assert.Equal((TaskState.Failed, OperatorErrors.AwaitedRun), (wait.State, wait.Code));
    }

    [Fact]
    public async Task DagRun_FailedWithoutFailFast_WaitsUntilItIsMended()
    {
        await using var scene = await OtherAsync(stage => stage.On("second", act => act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        await TriggerOtherAsync(scene, "o");
        await TriggerAsync(scene, new { dag = "other", run_id = "o", fail_fast = false, interval = "12h" });
        await scene.DriveAsync(async () => (await scene.ViewAsync("o")).Final);
        await scene.SettleAsync();
        Assert.False((await scene.ViewAsync()).Final);

        await scene.Host.Runs.ClearAsync("o", new ClearCommand { Tasks = [new("second", [])] });
        var before = scene.Time.GetUtcNow();
        var run = await scene.EndAsync();

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.True(run.Body.EndedAt - before.UtcDateTime < Hour);
    }

    [Fact]
    public async Task DagRun_OfASkippedTask_IsSkipped()
    {
        await using var scene = await OtherAsync(stage => stage.On("second", _ => TaskOutcome.Skipped("nothing to do")));
        await TriggerOtherAsync(scene, "o");

        await TriggerAsync(scene, new { dag = "other", run_id = "o", task = "second" });
        await scene.EndAsync();

        Assert.Equal(TaskState.Skipped, (await scene.InstancesAsync())["wait"].State);
    }

    [Fact]
    public async Task DagRun_LatestWithin_TakesAnySuccessOfLate()
    {
        await using var scene = await OtherAsync(_ => { });
        await TriggerOtherAsync(scene, "old");
        await scene.DriveAsync(async () => (await scene.ViewAsync("old")).Final);
        scene.Time.Advance(TimeSpan.FromHours(3));

        await TriggerAsync(scene, new { dag = "other", latest_within = "2h" });
        await scene.SettleAsync();
        Assert.False((await scene.ViewAsync()).Final);
        await TriggerOtherAsync(scene, "new");

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Contains("\"new\"", (await scene.InstancesAsync())["wait"].Output!.Value!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DagRun_OfARunOfAnotherDag_Fails()
    {
        await using var scene = await OtherAsync(_ => { });
        await TriggerOtherAsync(scene, "o");

        await TriggerAsync(scene, new { dag = "third", run_id = "o" });
        await scene.EndAsync();

        Assert.Equal(OperatorErrors.AwaitedRun, (await scene.InstancesAsync())["wait"].Code);
    }

    private static async Task<Scene> OtherAsync(Action<Stage> set)
    {
        var stage = new Stage();
        set(stage);
        var scene = await Scene.OpenAsync(stage);
        var other = new DagBuilder("other");
        other.Link(other.Work("first") >> other.Work("second"));
        await scene.PublishAsync(other.Build());
        return scene;
    }

    private static void Slow(Stage stage) => stage.On("second", async act =>
    {
        await act.WorkForAsync(Hour);
        return TaskOutcome.Success();
    });

    private static Task<TriggeredRun> TriggerOtherAsync(Scene scene, string runId) => scene.Host.Services.Catalogue.TriggerAsync("other", trigger => trigger with { RunId = runId });

    private static async Task TriggerAsync(Scene scene, object fields, DateTimeOffset? logicalDate = null)
    {
        var dag = new DagBuilder("waits");
        dag.Task("wait", "dag_run", fields);
        await scene.PublishAsync(dag.Build());
        await scene.Host.Services.Catalogue.TriggerAsync("waits", trigger => trigger with { RunId = "r", LogicalDate = logicalDate });
    }
}

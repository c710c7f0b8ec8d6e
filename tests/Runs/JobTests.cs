using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>semantics.md, States: "waiting (a sensor, timer, remote job, event or approval: no worker held)".</summary>
public sealed class JobTests
{
    [Fact]
    public async Task Job_IsLookedAt_UntilDone()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var job = dag.Task("a", "job");
        dag.Link(job >> dag.Work("b", job.Output));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(3, (await scene.InstancesAsync())["b"].Output!.Value!.Value.GetInt32());
        Assert.Equal(["r/a/1"], scene.Stage.FakeBackend.Started);
    }

    [Fact]
    public async Task Job_OfACancelledRun_IsCancelledAtItsBackend()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.FakeBackend.DoneAfter = null;
        var dag = new DagBuilder("d");
        dag.Task("a", "job");
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(_ => scene.Stage.FakeBackend.Started.Count > 0);

        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Cancelled, "a:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.True(scene.Stage.FakeBackend.Cancelled["r/a/1"]);
    }

    [Fact]
    public async Task Job_OverItsTimeout_IsKilledThenRetried()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.FakeBackend.DoneAfter = null;
        var dag = new DagBuilder("d");
        dag.Task("a", "job").Timeout(TimeSpan.FromMinutes(3)).Retries(1);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "a:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(["r/a/1", "r/a/2"], scene.Stage.FakeBackend.Cancelled.Keys.Order());
    }

    [Fact]
    public async Task Sensor_IsAsked_UntilItsConditionHolds()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.Sensor.MetAfter = 10;
        var dag = new DagBuilder("d");
        var sensor = dag.Task("a", "sensor");
        dag.Link(sensor >> dag.Work("b", sensor.Output));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal((10, "there"), (scene.Stage.Sensor.Looks, (await scene.InstancesAsync())["b"].Output!.Value!.Value.GetString()));
        Assert.True(run.Body.EndedAt - run.Body.StartedAt >= TimeSpan.FromSeconds(9 * 30));
    }
}

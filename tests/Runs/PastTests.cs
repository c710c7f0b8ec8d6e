using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary><c>depends_on_past</c> between runs.</summary>
public sealed class PastTests
{
    private static DagSpec OfDag()
    {
        var dag = new DagBuilder("d") { DependsOnPast = true };
        dag.Work("a");
        return dag.Build();
    }

    private static async Task<RunStatus> StatusAsync(Scene scene, string runId) => (await scene.ViewAsync(runId)).Body.Status;

    [Fact]
    public async Task Dag_PreviousFailed_GoesOnOnceItWasClearedAndSucceeds()
    {
        var healthy = false;
        await using var scene = await Scene.OpenAsync(new Stage().On("a", act => healthy || act.Context.Run.RunId != "r0" ? TaskOutcome.Success() : TaskOutcome.Failed("broken")));
        await scene.TriggerAfterAsync(OfDag(), "r0", null);
        await scene.EndAsync("r0");
        await scene.TriggerAfterAsync(OfDag(), "r1", "r0");
        await scene.DriveAsync(async () => (await scene.ViewAsync("r1")).Body.Reason is not null);
        var waiting = await scene.ViewAsync("r1");
        Assert.Equal((RunStatus.Queued, "waits until 'r0', the run before it, succeeds; that one has ended as failed"), (waiting.Body.Status, waiting.Body.Reason));

        // A clear that does not help, and one that does.
        await scene.Host.Runs.ClearAsync("r0", new ClearCommand { Tasks = [new("a", [])] });
        await scene.EndAsync("r0");
        Assert.Equal((RunStatus.Failed, RunStatus.Queued), (await StatusAsync(scene, "r0"), await StatusAsync(scene, "r1")));
        healthy = true;
        await scene.Host.Runs.ClearAsync("r0", new ClearCommand { Tasks = [new("a", [])] });

        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r1")).Body.Status);
    }

    [Fact]
    public async Task Dag_PreviousMarked_GoesOn()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", act => act.Context.Run.RunId == "r0" ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        await scene.TriggerAfterAsync(OfDag(), "r0", null);
        await scene.EndAsync("r0");
        await scene.TriggerAfterAsync(OfDag(), "r1", "r0");
        await scene.SettleAsync();

        await scene.Host.Runs.MarkAsync("r0", new MarkCommand([new("a", [])], TaskState.Success));

        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r1")).Body.Status);
    }

    [Fact]
    public async Task Dag_PreviousIsNotThere_Starts()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.TriggerAfterAsync(OfDag(), "r1", "nobody");

        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r1")).Body.Status);
    }

    [Fact]
    public async Task Dag_AChainOfRuns_RunsInOrder()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(1));
            return TaskOutcome.Success();
        }));
        await scene.TriggerAfterAsync(OfDag(), "r0", null);
        await scene.TriggerAfterAsync(OfDag(), "r1", "r0");
        await scene.TriggerAfterAsync(OfDag(), "r2", "r1");

        await scene.EndAsync("r1");
        await scene.EndAsync("r2");

        Assert.Equal((1, "r0/a/1 r1/a/1 r2/a/1"), (scene.Stage.Peak, string.Join(' ', scene.Stage.Attempts)));
    }

    /// <summary>The instance may start only when the same task (same map key) of the previous run is success or skipped; so too where both maps are in parts.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Task_Mapped_WaitsKeyByKey(int? partSize)
    {
        var healthy = false;
        await using var scene = await Scene.OpenAsync(new Stage().On("each", act => act.Context.Run.RunId == "r0" && act.Context.Key == "y" && !healthy ? TaskOutcome.Failed("broken") : TaskOutcome.Success()), partSize: partSize);
        var dag = new DagBuilder("d");
        dag.Work("each").Map(["x", "y", "z"], key: "{{ item }}").DependsOnPast();
        var spec = dag.Build();
        await scene.TriggerAfterAsync(spec, "r0", null);
        await scene.EndAsync("r0");

        await scene.TriggerAfterAsync(spec, "r1", "r0");
        await scene.UntilAsync(instances => instances.Count == 3 && instances["each[x]"].State is TaskState.Success && instances["each[z]"].State is TaskState.Success, "r1");
        var waits = (await scene.InstancesAsync("r1"))["each[y]"];
        Assert.Equal((TaskState.Scheduled, "waits for 'each[y]' of the run before, 'r0'"), (waits.State, waits.Reason));
        healthy = true;
        await scene.Host.Runs.ClearAsync("r0", new ClearCommand { Tasks = [new("each", ["y"])] });

        Assert.Equal(RunStatus.Success, (await scene.EndAsync("r1")).Body.Status);
    }

    [Fact]
    public async Task Task_PreviousIsUnderWay_StartsWhenTheTaskThereIsDoneAndNotTheRun()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", async act =>
        {
            if (act.Context.Run.RunId == "r0") await act.WorkForAsync(TimeSpan.FromHours(1));
            return TaskOutcome.Success();
        }).On("b", async act =>
        {
            if (act.Context.Run.RunId == "r0") await act.WorkForAsync(TimeSpan.FromHours(9));
            return TaskOutcome.Success();
        }));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a").DependsOnPast() >> dag.Work("b"));
        var spec = dag.Build();
        await scene.TriggerAfterAsync(spec, "r0", null);
        await scene.TriggerAfterAsync(spec, "r1", "r0");

        await scene.EndAsync("r1");

        Assert.Equal(RunStatus.Running, await StatusAsync(scene, "r0"));
        Assert.InRange((await scene.InstancesAsync("r1"))["a"].StartedAt!.Value, (await scene.InstancesAsync("r0"))["a"].EndedAt!.Value, (await scene.InstancesAsync("r0"))["a"].EndedAt!.Value.AddSeconds(3));
    }
}

using Updraft.Orchestration;
using static Updraft.Runs.Waiting;

namespace Updraft.Runs;

/// <summary>What commands do to a wait that is shared: there is nothing to kill, and the others go on waiting.</summary>
public sealed class WaitCommandTests
{
    [Fact]
    public async Task Cancel_RemovesItsWaitAndNoOther()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")));

        await scene.Host.Runs.CancelAsync("a", new CancelCommand());
        await scene.SettleAsync();

        Assert.Equal((RunStatus.Cancelled, "after:Skipped w:Failed", 1), ((await scene.ViewAsync("a")).Body.Status, await scene.StatesAsync("a"), await scene.WaitersAsync()));
        scene.Stage.World.True["x"] = 1;
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("b")).Body.Status);
    }

    [Fact]
    public async Task Cancel_OfTheLastWait_EndsTheLooks()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")));
        await scene.Host.Runs.CancelAsync("a", new CancelCommand());
        await scene.SettleAsync();
        var looks = scene.Stage.World.Looks;

        await scene.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal((looks, 0), (scene.Stage.World.Looks, (await scene.PathsAsync(ActorPaths.OpenMarkers + "watcher/")).Count));
    }

    [Fact]
    public async Task Mark_OfAWait_ConfirmsAndGoesOn()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")));

        await scene.Host.Runs.MarkAsync("a", new MarkCommand([new("w", [])], TaskState.Success));
        await scene.EndAsync("a");

        Assert.Equal((TaskState.Success, 0), ((await scene.InstancesAsync("a"))["w"].State, await scene.WaitersAsync()));
    }

    /// <summary>semantics.md, Rerun: "A cleared sensor ignores what was remembered before the clear."</summary>
    [Fact]
    public async Task Clear_OfAWaitThatHeld_IgnoresWhatWasRemembered()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.True["x"] = 1;
        await scene.RunAsync(Dag("a"), runId: "a");
        scene.Stage.World.True.Clear();
        scene.Time.Advance(TimeSpan.FromHours(1));

        await scene.Host.Runs.ClearAsync("a", new ClearCommand { Tasks = [new("w", [])] });
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((TaskState.Waiting, true), ((await scene.InstancesAsync("a"))["w"].State, scene.Stage.World.Looks > 3));
        // Who never saw it fail still goes by what is remembered.
        await scene.RunAsync(Dag("b"), runId: "b");
        scene.Stage.World.True["x"] = 2;

        Assert.Equal(RunStatus.Success, (await scene.EndAsync("a")).Body.Status);
        Assert.Equal((2, 1), ((await scene.InstancesAsync("a"))["w"].Output!.Value!.Value.GetInt32(), (await scene.InstancesAsync("b"))["w"].Output!.Value!.Value.GetInt32()));
    }

    [Fact]
    public async Task Clear_OfAWaitUnderWay_BeginsAnotherTry()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")));

        await scene.Host.Runs.ClearAsync("a", new ClearCommand { Tasks = [new("w", [])] });
        await scene.SettleAsync();

        Assert.Equal((TaskState.Waiting, 2, 1), ((await scene.InstancesAsync("a"))["w"].State, (await scene.InstancesAsync("a"))["w"].Try, await scene.WaitersAsync()));
        scene.Stage.World.True["x"] = 1;
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("a")).Body.Status);
    }
}

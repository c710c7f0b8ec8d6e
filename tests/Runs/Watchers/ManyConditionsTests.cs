using Updraft.Orchestration;
using static Updraft.Runs.Waiting;

namespace Updraft.Runs;

/// <summary>Conditions that one backend can check together are checked in one call.</summary>
public sealed class ManyConditionsTests
{
    [Fact]
    public async Task Conditions_OfOneBackend_AreLookedAtInOneCall()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync([.. Enumerable.Range(0, 20).Select(n => ($"r{n}", Dag($"d{n}", "many", new { name = $"c{n % 10}", place = n % 10 < 5 ? "east" : "west" })))]);
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        var (before, began) = (scene.Stage.World.Calls.Count, scene.Stage.World.Looks);

        await scene.PassAsync(TimeSpan.FromMinutes(10));

        var calls = scene.Stage.World.Calls.Skip(before).ToArray();
        Assert.Equal((2, 20), (await scene.WatchersAsync(), await scene.WaitersAsync()));
        Assert.InRange(calls.Length, 2 * 8, 2 * 11);
        Assert.All(calls, names => Assert.Equal(5, names.Distinct().Count()));
        Assert.Equal(calls.Length * 5, scene.Stage.World.Looks - began);
    }

    [Fact]
    public async Task Condition_ThatHolds_EndsOnlyItsOwnWaits()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a", "many", new { name = "x" })), ("b", Dag("b", "many", new { name = "y" })));

        scene.Stage.World.True["x"] = "of x";
        await scene.EndAsync("a");
        await scene.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(("of x", TaskState.Waiting), ((await scene.InstancesAsync("a"))["w"].Output!.Value!.Value.GetString(), (await scene.InstancesAsync("b"))["w"].State));
        Assert.DoesNotContain("x", scene.Stage.World.Calls[^1]);
        scene.Stage.World.True["y"] = 1;
        await scene.EndAsync("b");
    }

    [Fact]
    public async Task Errors_OfOneCondition_EndOnlyItsOwnWaits()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.Look = name => name == "x" ? throw new InvalidDataException("x cannot be read") : Updraft.Operators.PokeResult.NotYet();
        await scene.WaitAsync(("a", Dag("a", "many", new { name = "x", errors_tolerated = 2 })), ("b", Dag("b", "many", new { name = "y", errors_tolerated = 2 })));

        await scene.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(("Failed UPD2202", "Waiting"), (await scene.EndOfAsync("a"), await scene.EndOfAsync("b")));
    }

    [Fact]
    public async Task NewCondition_AtABackendThatIsWatched_IsLookedAtAtOnce()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a", "many", new { name = "x", interval = "1h" })));
        await scene.PassAsync(TimeSpan.FromMinutes(1));

        scene.Stage.World.True["y"] = 1;
        await scene.TriggerAsync(Dag("b", "many", new { name = "y", interval = "1h" }), runId: "b");
        await scene.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(RunStatus.Success, (await scene.ViewAsync("b")).Body.Status);
    }
}

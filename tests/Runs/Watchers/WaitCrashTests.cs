using Updraft.Orchestration;
using static Updraft.Runs.Waiting;

namespace Updraft.Runs;

/// <summary>
/// Runs that wait for the same die at every point, k = 0, 1, 2, …: no wait is lost, none is left behind, and what lasts is never looked at again
/// once it was seen to hold.
/// </summary>
public sealed class WaitCrashTests
{
    [Theory]
    [InlineData("lasting")]
    [InlineData("momentary")]
    [InlineData("many")]
    public async Task Crash_AtEveryPoint_LosesNoWait(string kind)
    {
        var points = 0;
        for (var k = 0; ; k += Depth.IsFull ? 1 : 11, points++)
        {
            var stage = new Stage();
            await using var scene = Scene.Empty(stage);
            var crash = new CrashAt(k);
            try
            {
                await scene.RestartAsync(crash);
                await PlayAsync(scene, kind);
            }
            catch (Exception) when (crash.Where is not null)
            {
                await scene.RestartAsync();
                await PlayAsync(scene, kind);
            }
            await scene.DrainAsync();
            var left = (await scene.PathsAsync(WatcherPaths.All)).Where(path => path.Contains("/waiters/", StringComparison.Ordinal) || path.Contains("/conditions/", StringComparison.Ordinal));
            Assert.True(!left.Any(), $"a crash at {crash.Where} ({k}) left {string.Join(' ', left)}");
            Assert.True((await scene.PathsAsync(ActorPaths.OpenMarkers + "watcher/")).Count == 0, $"a crash at {crash.Where} ({k}) left a watcher open");
            if (crash.Where is null) break;
        }
        Assert.True(points > 5, $"only {points} points were met");
    }

    /// <summary>Three runs wait, one is cancelled, the condition comes to hold, another run comes late. What was done is not done again.</summary>
    private static async Task PlayAsync(Scene scene, string kind)
    {
        foreach (var run in (string[])["a", "b", "c"]) await scene.TriggerAsync(Dag(run, kind), runId: run);
        await scene.SettleAsync();
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        if ((await scene.ViewAsync("c")).Body.Status is RunStatus.Running) await scene.Host.Runs.CancelAsync("c", new CancelCommand());
        await scene.EndAsync("c");
        scene.Stage.World.True["x"] = 1;
        await scene.EndAsync("a");
        await scene.EndAsync("b");
        await scene.TriggerAsync(Dag("late", kind), runId: "late");
        var looks = scene.Stage.World.LooksAt("x");
        await scene.EndAsync("late");
        if (kind != "momentary") Assert.Equal(looks, scene.Stage.World.LooksAt("x"));
        foreach (var run in (string[])["a", "b", "late"]) Assert.Equal(RunStatus.Success, (await scene.ViewAsync(run)).Body.Status);
        Assert.Equal(RunStatus.Cancelled, (await scene.ViewAsync("c")).Body.Status);
    }
}

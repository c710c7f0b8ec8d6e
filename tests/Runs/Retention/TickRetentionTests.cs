using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Removing runs never makes a tick run again, whatever crashes.</summary>
public sealed class TickRetentionTests
{
    private static readonly RetentionPolicy Policy = new() { MaxRuns = 1, IdMemory = TimeSpan.FromDays(90) };

    private static readonly DagSpec Dag = Timetable.Dag(new ScheduleSpec { Every = TimeSpan.FromMinutes(10), CatchUp = CatchUp.All });

    [Fact]
    public async Task RunOnce_TicksOfPurgedRuns_NeverRunAgain()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Dag);
        await scene.ToAsync(65);
        Assert.Equal(5, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Runs);

        // Paused and published anew, then a clock that goes on: the schedule is read afresh each time.
        await scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown);
        await scene.Host.Services.Catalogue.UnpauseAsync("d", Caller.Unknown);
        await scene.PublishAsync(Dag with { Description = "anew" });
        await scene.RestartAsync();
        await scene.ToAsync(75);

        Assert.Equal(7, scene.Stage.Executions("a"));
        Assert.Equal(["60 Success", "70 Success"], await scene.TimesAsync());
        Assert.True((await scene.Host.Services.Catalogue.TriggerAsync("d", run => run with { RunId = Timetable.TickId(20) })).Purged);
    }

    [Fact]
    public async Task RunOnce_CrashAtSomeWrites_RunsNoTickTwice()
    {
        for (var k = 3; ; k += Depth.IsFull ? 1 : 23)
        {
            await using var scene = Scene.Empty(new Stage());
            await scene.RestartAsync();
            await scene.PublishAsync(Dag);
            await scene.ToAsync(45);
            var crash = new CrashAt(k);
            await scene.RestartAsync(crash);
            try
            {
                await scene.Host.Services.Retention.RunOnceAsync(Policy);
                await scene.ToAsync(55);
            }
            catch (Exception) when (crash.Where is not null)
            {
                // The host is dead.
            }
            await scene.RestartAsync();
            await scene.ToAsync(65);
            await scene.Host.Services.Retention.RunOnceAsync(Policy);
            await scene.ToAsync(75);

            Assert.Equal(7, scene.Stage.Attempts.Count);
            Assert.Equal(Enumerable.Range(1, 7).Select(tick => $"{Timetable.TickId(tick * 10)}/a/1"), scene.Stage.Attempts);
            if (crash.Where is null) return;
        }
    }
}

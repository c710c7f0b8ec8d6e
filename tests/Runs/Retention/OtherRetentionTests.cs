using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>What retention looks after beside runs.</summary>
public sealed class OtherRetentionTests
{
    private static readonly RetentionPolicy Policy = new() { Datasets = TimeSpan.FromDays(10), Backfills = TimeSpan.FromDays(10), UnusedVersions = TimeSpan.FromDays(2), Versions = 1 };

    [Fact]
    public async Task RunOnce_OldEventsOfDatasets_GoButWhatLandedLastIsKnown()
    {
        await using var scene = await Scene.OpenAsync();
        var datasets = scene.Host.Services.Datasets;
        await datasets.ReportAsync(new("sales", "2026-01-01"), "first");
        await datasets.ReportAsync(new("sales", "2026-01-02"), "second");
        scene.Time.Advance(TimeSpan.FromDays(11));
        await datasets.ReportAsync(new("sales", "2026-01-02"), "third");

        var report = await scene.Host.Services.Retention.RunOnceAsync(Policy);

        Assert.Equal(2, report.Others["events of datasets"]);
        Assert.Equal("2026-01-02", Assert.Single((await datasets.EventsAsync("sales")).Events).Partition);
        Assert.NotNull(await datasets.LatestAsync("sales", "2026-01-01"));
        Assert.Equal(2, await datasets.PartitionsAsync("sales").CountAsync());
    }

    [Fact]
    public async Task RunOnce_BackfillThatEndedLongAgo_GoesWithItsHistory()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "@hourly" }));
        await scene.Host.Services.Catalogue.PauseAsync("d", new Caller("me"));
        await BackfillAsync(scene, "old");
        scene.Time.Advance(TimeSpan.FromDays(11));
        await BackfillAsync(scene, "new");

        Assert.Equal(1, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Others["backfills"]);

        Assert.Equal(["new"], await scene.Host.Services.Backfills.ListAsync().Select(view => view.Request.Id).ToListAsync());
        Assert.DoesNotContain(await scene.Host.Embedded.State.ListAsync("").Select(entry => entry.Path).ToListAsync(), path => path.StartsWith(BackfillPaths.Of("old").Path, StringComparison.Ordinal));
        Assert.Null(await scene.Host.Embedded.Client.GetInstanceAsync(ActorInstanceId.Of(BackfillPaths.Of("old"), 1)));
    }

    [Fact]
    public async Task RunOnce_VersionOfABackfillUnderWay_Stays()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForEverAsync();
            return Operators.TaskOutcome.Success();
        });
        var backfilled = await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "@hourly" }));
        await scene.Host.Services.Catalogue.PauseAsync("d", new Caller("me"));
        await scene.Host.Services.Backfills.CreateAsync(new CreateBackfill { Dag = "d", Id = "b", From = Timetable.Start.AddHours(-3), To = Timetable.Start, MaxActive = 1 });
        await scene.SettleAsync();
        await scene.Host.Services.Backfills.PauseAsync("b", true);
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "@daily" }));

        await scene.Host.Services.Retention.RunOnceAsync(Policy);
        scene.Time.Advance(TimeSpan.FromDays(3));
        await scene.SettleAsync();

        Assert.Equal(0, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Versions);
        Assert.NotNull(await scene.Host.Actors.Specs.GetSpecAsync(backfilled.Current!.Hash));
    }

    private static async Task BackfillAsync(Scene scene, string id)
    {
        await scene.Host.Services.Backfills.CreateAsync(new CreateBackfill { Dag = "d", Id = id, From = Timetable.Start.AddHours(-3), To = Timetable.Start });
        await scene.DriveAsync(async () => (await scene.Host.Services.Backfills.GetAsync(id))!.Body.EndedAt is not null);
        await scene.SettleAsync();
    }
}

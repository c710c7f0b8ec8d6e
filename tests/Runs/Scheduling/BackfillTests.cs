using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Backfills on the engine: "Backfill uses the tick's own run id; reprocessing clears that run."</summary>
public sealed class BackfillTests
{
    private static readonly CreateBackfill Day = new() { Dag = "d", Id = "b", From = Timetable.Start.AddHours(-24), To = Timetable.Start };

    private static async Task<Scene> PublishedAsync(ScheduleSpec? schedule = null)
    {
        var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(schedule ?? new ScheduleSpec { Cron = "@hourly" }));
        return scene;
    }

    private static async Task<BackfillBody> EndAsync(Scene scene, string id = "b")
    {
        await scene.DriveAsync(async () => (await scene.Host.Services.Backfills.GetAsync(id))!.Body.EndedAt is not null);
        await scene.SettleAsync();
        return (await scene.Host.Services.Backfills.GetAsync(id))!.Body;
    }

    [Fact]
    public async Task Backfill_OfADay_RunsItsTicks_SoManyAtOnce()
    {
        await using var scene = await PublishedAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(2));
            return TaskOutcome.Success();
        });
        await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 3, Labels = Day.Labels.Add("why", "history"), By = "me" });

        var body = await EndAsync(scene);

        Assert.Equal((BackfillStatus.Done, 24, 24), (body.Status, body.Ticks, body.Succeeded));
        Assert.Equal(3, scene.Stage.Peak);
        var run = (await scene.Host.Runs.Reader.RequestAsync(Timetable.TickId(-60)))!;
        Assert.Equal(("backfill", "b", "history", "me"), (run.Trigger, run.Labels["backfill"], run.Labels["why"], run.TriggeredBy));
        Assert.Equal((Timetable.Start.AddHours(-2), Timetable.Start.AddHours(-1), Timetable.TickId(-120)), (run.DataIntervalStart, run.DataIntervalEnd, run.Previous));
        Assert.Contains($"{Timetable.TickId(-1440)}/a/1", scene.Stage.Journal.Take(3).Select(each => each.Attempt));
    }

    /// <summary>"reprocess policy (missing, failed, all)".</summary>
    [Theory]
    [InlineData(Reprocess.Missing, 22, 2, "1 1")]
    [InlineData(Reprocess.Failed, 23, 1, "1 2")]
    [InlineData(Reprocess.All, 24, 0, "2 2")]
    public async Task Reprocess_OfRunsThatAreThere_IsAsSaid(Reprocess reprocess, int succeeded, int existing, string executions)
    {
        await using var scene = await PublishedAsync();
        scene.Stage.On("a", act => act.Context.Run.RunId == Timetable.TickId(-120) && act.Try == 1 ? TaskOutcome.Failed("not yet") : TaskOutcome.Success());
        await scene.Host.Services.Backfills.CreateAsync(Day with { Id = "first", From = Timetable.Start.AddHours(-3), To = Timetable.Start.AddHours(-1) });
        Assert.Equal((1, 1), (await EndAsync(scene, "first") is var first ? first.Succeeded : 0, first.Failed));

        await scene.Host.Services.Backfills.CreateAsync(Day with { Reprocess = reprocess });
        var body = await EndAsync(scene);

        Assert.Equal((succeeded, existing, 0), (body.Succeeded, body.Existing, body.Failed));
        Assert.Equal(executions, string.Join(' ', new[] { -180, -120 }.Select(minutes => scene.Stage.Journal.Count(each => each.Attempt.StartsWith(Timetable.TickId(minutes) + "/", StringComparison.Ordinal)))));
    }

    [Fact]
    public async Task Cancel_WithItsRuns_CancelsThem()
    {
        await using var scene = await PublishedAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForEverAsync();
            return TaskOutcome.Success();
        });
        await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 2 });
        await scene.SettleAsync();

        await scene.Host.Services.Backfills.CancelAsync("b", runs: true);
        var body = await EndAsync(scene);

        Assert.Equal((BackfillStatus.Cancelled, 2, 2), (body.Status, body.Begun, body.Cancelled));
        Assert.Equal(["-1440 Cancelled", "-1380 Cancelled"], await scene.TimesAsync());
    }

    [Fact]
    public async Task Pause_BeginsNothingNew()
    {
        await using var scene = await PublishedAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(5));
            return TaskOutcome.Success();
        });
        await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 2 });
        await scene.ToAsync(1);
        await scene.Host.Services.Backfills.PauseAsync("b");
        await scene.ToAsync(20);
        Assert.Equal(2, (await scene.TimesAsync()).Count);

        await scene.Host.Services.Backfills.PauseAsync("b", paused: false);

        Assert.Equal(24, (await EndAsync(scene)).Succeeded);
    }

    [Fact]
    public async Task Create_Twice_IsOne_AndListsOnce()
    {
        await using var scene = await PublishedAsync();

        await scene.Host.Services.Backfills.CreateAsync(Day);
        var again = await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 1 });
        await scene.Host.Services.Backfills.CreateAsync(Day with { Id = "other" });

        Assert.Equal(4, again.Request.Wanted.MaxActive);
        var listed = new List<string>();
        await foreach (var view in scene.Host.Services.Backfills.ListAsync("d")) listed.Add(view.Request.Id);
        Assert.Equal(["b", "other"], listed.Order());
        Assert.False(await scene.Host.Services.Backfills.PauseAsync("none"));
        Assert.Null(await scene.Host.Services.Backfills.GetAsync("none"));
    }

    /// <summary>The version is that of the creation, whatever is published meanwhile.</summary>
    [Fact]
    public async Task Version_IsThatOfTheCreation()
    {
        await using var scene = await PublishedAsync();
        var view = await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 1 });
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "@daily" }));

        await EndAsync(scene);

        foreach (var minutes in new[] { -1440, -60 }) Assert.Equal(view.Request.Version, (await scene.Host.Runs.Reader.RequestAsync(Timetable.TickId(minutes)))!.DagHash);
    }

    /// <summary>A DAG that is removed meanwhile: what was not begun fails, with the reason, and the backfill ends.</summary>
    [Fact]
    public async Task Dag_RemovedMeanwhile_FailsWhatIsLeft()
    {
        await using var scene = await PublishedAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(5));
            return TaskOutcome.Success();
        });
        await scene.Host.Services.Backfills.CreateAsync(Day with { MaxActive = 2 });
        await scene.ToAsync(1);
        await scene.Host.Services.Catalogue.RemoveAsync("d", Caller.Unknown);

        var body = await EndAsync(scene);

        Assert.Equal((2, 22), (body.Succeeded, body.Failed));
        Assert.Contains(CatalogueErrors.NoSuchDag, body.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_SaysWhatWouldRun()
    {
        await using var scene = await PublishedAsync();
        await scene.Host.Services.Backfills.CreateAsync(Day with { From = Timetable.Start.AddHours(-2) });
        await EndAsync(scene);

        var missing = await scene.Host.Services.Backfills.PreviewAsync(Day with { Id = null, Order = BackfillOrder.NewestFirst });
        var all = await scene.Host.Services.Backfills.PreviewAsync(Day with { Reprocess = Reprocess.All });

        Assert.Equal((24, 22, 0), (missing.Ticks, missing.Missing, missing.Again));
        Assert.Equal((22, 2), (all.Missing, all.Again));
        Assert.Equal((Timetable.Start.AddHours(-1), RunStatus.Success, false), (missing.First[0].Tick, missing.First[0].Status!.Value, missing.First[0].Runs));
    }

    /// <summary>"Limit on ticks (10,000)": refused with the count.</summary>
    [Theory]
    [InlineData("* * * * *", -10_001, 0, 4, BackfillErrors.Ticks, "10001")]
    [InlineData("@yearly", -60, 0, 4, BackfillErrors.Ticks, "no tick")]
    [InlineData("@hourly", 0, 0, 4, BackfillErrors.Refused, "not after")]
    [InlineData("@hourly", -60, 60, 4, BackfillErrors.Refused, "future")]
    [InlineData("@hourly", -60, 0, 0, BackfillErrors.Refused, "1 to 100")]
    public async Task Create_OfWhatCannotBe_IsRefused(string cron, int from, int to, int maxActive, string code, string says)
    {
        await using var scene = await PublishedAsync(new ScheduleSpec { Cron = cron });

        var refused = await Assert.ThrowsAsync<UpdraftException>(() =>
            scene.Host.Services.Backfills.CreateAsync(Day with { From = Timetable.Start.AddMinutes(from), To = Timetable.Start.AddMinutes(to), MaxActive = maxActive }));

        Assert.Equal(code, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithoutTicks_IsRefused()
    {
        await using var scene = await PublishedAsync(new ScheduleSpec { Datasets = new() { Dataset = "x" } });

        Assert.Equal(BackfillErrors.NoTicks, (await Assert.ThrowsAsync<UpdraftException>(() => scene.Host.Services.Backfills.CreateAsync(Day))).Code);
    }
}

using Updraft.Dags;
using Updraft.Orchestration;
using Xunit.Abstractions;

namespace Updraft.Runs;

/// <summary>
/// The host dies at every point of a DAG's life, k = 0, 1, 2, …; the user does again what was not acknowledged. The runs must be those that
/// there are without a crash: none is missing, none comes twice.
/// </summary>
public sealed class ScheduleCrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task Schedule_PausedAndPublishedAnew_RunsEachTickOnce() => PlayAsync(71, Calm(), async (scene, once) =>
    {
        await once("publish", () => scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Every = TimeSpan.FromMinutes(10), CatchUp = CatchUp.Latest })));
        await scene.ToAsync(25);
        await once("pause", () => scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown));
        await scene.ToAsync(55);
        await once("unpause", () => scene.Host.Services.Catalogue.UnpauseAsync("d", Caller.Unknown));
        await scene.ToAsync(65);
        await once("publish anew", () => scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Every = TimeSpan.FromMinutes(7) })));
        await scene.ToAsync(79);
    });

    private static string Calm() => "10 Success, 20 Success, 50 Success, 60 Success, " + Sevens();

    // Every seven minutes since 1970.
    private static string Sevens() => string.Join(", ", Schedule.Create(new ScheduleSpec { Every = TimeSpan.FromMinutes(7) })
        .TicksBetween(Timetable.Start.AddMinutes(65), Timetable.Start.AddMinutes(79)).Select(tick => FormattableString.Invariant($"{(tick - Timetable.Start).TotalMinutes:0.##} Success")));

    [Fact]
    public Task Datasets_ReportedTwice_CountOnce() => PlayAsync(23, "1.02 Success 3, 1.05 Success 2", async (scene, once) =>
    {
        await once("publish", () => scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Datasets = new() { All = [new() { Dataset = "x" }, new() { Dataset = "y" }] } })));
        await scene.ToAsync(1);
        foreach (var (dataset, id) in new[] { ("x", "1"), ("x", "2"), ("y", "3"), ("x", "1"), ("y", "4"), ("y", "3"), ("x", "5") })
        {
            await scene.Host.Services.Datasets.ReportAsync(new DatasetOutput(dataset), id);
            await scene.ToAsync(1 + (int.Parse(id, null) / 100.0));
        }
        await scene.ToAsync(3);
    }, async scene =>
    {
        var runs = new List<RunView>();
        await foreach (var (entry, _) in scene.Host.Runs.ListAsync("d")) runs.Add((await scene.Host.Runs.Reader.GetAsync(entry.RunId))!);
        var events = (await scene.Host.Services.Datasets.EventsAsync("x")).Events.Concat((await scene.Host.Services.Datasets.EventsAsync("y")).Events).Select(each => each.Id);
        Assert.Equal(events.Order(), runs.SelectMany(run => run.Request.DatasetEvents).Order());
        return string.Join(", ", runs.OrderBy(run => run.Request.LogicalDate).Select((run, number) => $"{(number == 0 ? "1.02" : "1.05")} {run.Body.Status} {run.Request.DatasetEvents.Length}"));
    });

    [Fact]
    public Task Backfill_RunsEachTickOnce() => PlayAsync(29, "60 Success, 120 Success, 180 Success, 240 Success, 300 Success | Done 4 3 0 1", async (scene, once) =>
    {
        scene.Stage.On("a", act => act.Context.Run.RunId == Timetable.TickId(120) && act.Try == 1 ? Operators.TaskOutcome.Failed("not yet") : Operators.TaskOutcome.Success());
        await once("publish", () => scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "@hourly" })));
        await scene.ToAsync(190);
        await once("pause", () => scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown));
        // The runs of 60 and 180 succeeded, that of 120 failed; 240 and 300 have none.
        await scene.ToAsync(330);
        await scene.Host.Services.Backfills.CreateAsync(new CreateBackfill { Dag = "d", Id = "b", From = Timetable.Start.AddMinutes(61), To = Timetable.Start.AddMinutes(301), Reprocess = Reprocess.Failed, MaxActive = 2 });
        await scene.DriveAsync(async () => (await scene.Host.Services.Backfills.GetAsync("b"))!.Body.Status is BackfillStatus.Done);
        await scene.SettleAsync();
    }, async scene =>
    {
        var body = (await scene.Host.Services.Backfills.GetAsync("b"))!.Body;
        Assert.Equal(6, scene.Stage.Attempts.Count);
        return $"{string.Join(", ", await scene.TimesAsync())} | {body.Status} {body.Done} {body.Succeeded} {body.Failed} {body.Existing}";
    });

    private async Task PlayAsync(int step, string calm, Func<Scene, Func<string, Func<Task>, Task>, Task> play, Func<Scene, Task<string>>? ending = null)
    {
        ending ??= async scene => string.Join(", ", await scene.TimesAsync());
        Assert.Equal(calm, (await PlayAsync(null, play, ending)).Ending);
        var points = 0;
        for (var k = 0; ; k += Depth.IsFull ? 1 : step, points++)
        {
            var (ended, died) = await PlayAsync(k, play, ending);
            Assert.True(calm == ended, $"after a crash at {died}: {ended}");
            if (died is null) break;
        }
        output.WriteLine($"{points} points");
        Assert.True(points > 5, $"only {points} points were met");
    }

    private static async Task<(string Ending, string? Died)> PlayAsync(int? at, Func<Scene, Func<string, Func<Task>, Task>, Task> play, Func<Scene, Task<string>> ending)
    {
        var acknowledged = new HashSet<string>();
        await using var scene = Scene.Empty(new Stage());
        var crash = at is { } k ? new CrashAt(k) : null;
        for (var tries = 0; ; tries++)
        {
            try
            {
                await scene.RestartAsync(tries == 0 ? crash : null);
                await play(scene, OnceAsync);
                foreach (var line in await scene.TimesAsync()) Assert.DoesNotContain(line, new[] { "Queued", "Running" });
                Assert.All(scene.Stage.Journal.GroupBy(each => each.Attempt), tried => Assert.True(tried.Count() <= 1 + tries, $"'{tried.Key}' was executed {tried.Count()} times"));
                return (await ending(scene), crash?.Where);
            }
            catch (Exception failure) when (tries == 0 && crash is { Where: not null } && failure is not Xunit.Sdk.XunitException)
            {
                // Whatever the user saw of it, the host is dead.
            }
            catch (Exception failure) when (crash is not null)
            {
                throw new InvalidOperationException($"a crash at {crash.Where}: {failure.Message}", failure);
            }
        }

        async Task OnceAsync(string what, Func<Task> act)
        {
            if (acknowledged.Contains(what)) return;
            await act();
            acknowledged.Add(what);
        }
    }
}

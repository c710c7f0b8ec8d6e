using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>What tests of schedules do again and again.</summary>
internal static class Timetable
{
    /// <summary>When the clock of a scene begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A DAG of one task with a schedule.</summary>
    public static DagSpec Dag(ScheduleSpec schedule, string name = "d", int? maxActiveRuns = null, int? pauseAfterFailures = null)
    {
        var dag = new DagBuilder(name) { Schedule = schedule, MaxActiveRuns = maxActiveRuns, PauseAfterFailures = pauseAfterFailures };
        dag.Work("a");
        return dag.Build();
    }

    /// <summary>Lets time pass up to so many minutes after the start, doing all that falls due.</summary>
    public static async Task ToAsync(this Scene scene, double minutes)
    {
        await scene.SettleAsync();
        var left = Start.AddMinutes(minutes) - scene.Time.GetUtcNow();
        var there = left <= TimeSpan.Zero;
        await using var timer = scene.Time.CreateTimer(_ => there = true, null, there ? Timeout.InfiniteTimeSpan : left, Timeout.InfiniteTimeSpan);
        await scene.DriveAsync(() => Task.FromResult(there));
        // As the watchdog does once a minute.
        await scene.Host.Services.ReconcileAsync();
        await scene.SettleAsync();
    }

    /// <summary>Runs, the oldest logical date first, as in <c>10 Success</c>: minutes after the start, and state.</summary>
    public static async Task<IReadOnlyList<string>> TimesAsync(this Scene scene, string dag = "d")
    {
        var found = new List<(RunIndexEntry Entry, RunSummary Summary)>();
        await foreach (var run in scene.Host.Runs.ListAsync(dag)) found.Add(run);
        return [.. found.OrderBy(run => run.Summary.LogicalDate).ThenBy(run => run.Entry.CreatedAt).Select(run => FormattableString.Invariant($"{(run.Summary.LogicalDate - Start).TotalMinutes:0.##} {run.Summary.Status}"))];
    }

    public static async Task<DagBody> BodyAsync(this Scene scene, string dag = "d") =>
        System.Text.Json.JsonSerializer.Deserialize<DagBody>((await scene.Host.Actors.Actors.GetHeadAsync(DagPaths.ActorOf(dag)))!.Body, OrchestrationJson.Options)!;

    public static string TickId(double minutes, string dag = "d") => RunIds.OfTick(dag, Start.AddMinutes(minutes));
}

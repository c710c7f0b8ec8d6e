using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft health</c>.</summary>
internal static class ShowHealth
{
    // Two beats may be missed before it is said that there is none.
    private static readonly TimeSpan OldBeat = TimeSpan.FromMinutes(3);

    public static Command Of(Session session)
    {
        var command = session.Asking("health", "Shows whether the data folder is driven, and how late timers and activities are.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var health = await session.AskAsync(parsed, api => api.GetAsync<HealthDetails>($"health", cancellation));
            session.Print(parsed, health, Lines(health));
            return IsHealthy(health) ? ExitCodes.Success : ExitCodes.Unavailable;
        });
        return command;
    }

    public static bool IsHealthy(HealthDetails health) =>
        health is { Serving: true, Storage: null } && health.Watchdog?.Lanes.All(lane => lane.Alert is null && (lane.Beat is null || health.At - lane.Beat.At < OldBeat)) != false;

    public static IEnumerable<string> Lines(HealthDetails health)
    {
        yield return health.Serving ? "A process serves this folder." : "No process serves this folder: see 'updraft serve'.";
        if (health.Storage is { } storage) yield return Printable.Of(storage);
        if (health.Watchdog is not { } watchdog) yield break;
        foreach (var line in Columns.Of([.. watchdog.Lanes.Select(lane => Row(lane, health.At))])) yield return line;
        yield return $"Watchdog  {Elapsed.Format(health.At - watchdog.At)} ago, took {Elapsed.Format(watchdog.Took)}: hinted {watchdog.Hinted}, started {watchdog.Started}, started again {watchdog.StartedAgain}, set aside {watchdog.SetAside}, removed {watchdog.Removed}, released {watchdog.Released}";
        foreach (var problem in watchdog.Problems) yield return $"  {Printable.Of(problem)}";
    }

    private static IReadOnlyList<string> Row(LaneHealth lane, DateTimeOffset now) => lane.Beat is { } beat
        ? [$"Lane {lane.Lane}", $"beat {Elapsed.Format(now - beat.At)} ago", $"timer lag {Elapsed.Format(beat.TimerLag)}", $"activity lag {Elapsed.Format(beat.ActivityLag)}", lane.Alert is null ? "" : "STOPPED"]
        : [$"Lane {lane.Lane}", "no beat yet", "", "", lane.Alert is null ? "" : "STOPPED"];
}

using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>How far a run is, as a few lines that are redrawn: its state and elapsed time, tasks by state, what is at work.</summary>
internal static class ProgressText
{
    // What a reader looks for first comes first.
    private static readonly TaskState[] Order =
    [
        TaskState.Success, TaskState.Failed, TaskState.UpstreamFailed, TaskState.Skipped, TaskState.Running, TaskState.Waiting,
        TaskState.UpForRetry, TaskState.Stopping, TaskState.Scheduled, TaskState.None, TaskState.Removed,
    ];

    /// <summary>As in <c>89 success, 2 running, 4 none</c>.</summary>
    public static string Counts(RunPicture run) =>
        string.Join(", ", Order.Where(state => run.Counts.GetValueOrDefault(state) > 0).Select(state => string.Create(CultureInfo.InvariantCulture, $"{run.Counts[state]} {StateNames.Of(state)}")));

    /// <summary>The whole picture.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The time.</param>
    /// <param name="atMost">Instances at work that are named; the rest is counted.</param>
    public static IReadOnlyList<string> Of(RunPicture run, DateTimeOffset now, int atMost)
    {
        var active = run.Instances.Where(instance => instance.State.IsActive() || instance.State == TaskState.UpForRetry).OrderBy(instance => instance.StartedAt ?? now).ToList();
        var lines = new List<string> { $"{run.Dag}  {Printable.Of(run.RunId)}  {StateNames.Of(run.Status)}  {Elapsed.Format(run.ElapsedAt(now))}", $"  {Counts(run)}" };
        lines.AddRange(Columns.Of([.. active.Take(atMost).Select(instance => (IReadOnlyList<string>)["  " + instance.Name, StateNames.Of(instance.State) + Tries(instance), Since(instance, now), Why(instance)])]));
        if (active.Count > atMost) lines.Add(string.Create(CultureInfo.InvariantCulture, $"  and {active.Count - atMost} more"));
        return lines;
    }

    private static string Tries(InstancePicture instance) => instance.Try > 1 ? string.Create(CultureInfo.InvariantCulture, $" (try {instance.Try})") : "";

    private static string Since(InstancePicture instance, DateTimeOffset now) => instance.StartedAt is { } started ? Elapsed.Format(now - started) : "";

    private static string Why(InstancePicture instance) => instance.Reason is { } reason ? Printable.Of(reason) : "";
}

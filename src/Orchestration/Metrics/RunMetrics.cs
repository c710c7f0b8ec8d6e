using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Counts runs where their documents are stored, which no replay repeats.</summary>
internal static class RunMetrics
{
    private static readonly Meter Meter = new("Updraft.Runs");

    private static readonly Counter<long> Triggered = Meter.CreateCounter<long>("updraft.runs.triggered", "{run}", "Runs that were acknowledged.");
    private static readonly Counter<long> EndedRuns = Meter.CreateCounter<long>("updraft.runs.ended", "{run}", "Ends of runs by state; one that was opened again ends again.");
    private static readonly Counter<long> EndedTasks = Meter.CreateCounter<long>("updraft.tasks.ended", "{task}", "Task instances by state, counted when their run ends.");

    private static readonly Histogram<double> Latency = Meter.CreateHistogram(
        "updraft.flow.latency", "s", "From the acknowledgement of a run, or from its being opened again, to its end.", null, LatencyBuckets.MillisecondToDay);

    /// <summary>A run is acknowledged.</summary>
    public static void Acknowledged(string dag)
    {
        if (Triggered.Enabled) Triggered.Add(1, new KeyValuePair<string, object?>("dag", BoundedLabels.Dags.Of(dag)));
    }

    /// <summary>The end of a run is stored.</summary>
    public static void Ended(RunRequest request, RunBody body)
    {
        if (!EndedRuns.Enabled) return;
        var dag = new KeyValuePair<string, object?>("dag", BoundedLabels.Dags.Of(request.Dag));
        EndedRuns.Add(1, dag, new("state", RunLabels.Of(body.Status)));
        foreach (var (state, count) in body.Counts) EndedTasks.Add(count, dag, new("state", state));
        // Where it was opened again, the time since its first trigger says nothing about this host.
        var from = body.Opened > 0 ? body.StartedAt ?? request.CreatedAt.UtcDateTime : request.CreatedAt.UtcDateTime;
        if (body.EndedAt is { } ended) Latency.Record(Math.Max(0, (ended - from).TotalSeconds), dag);
    }
}

/// <summary>States as labels, without making text each time.</summary>
internal static class RunLabels
{
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Queued => "queued",
        RunStatus.Running => "running",
        RunStatus.Paused => "paused",
        RunStatus.Success => "success",
        RunStatus.Failed => "failed",
        _ => "cancelled",
    };
}

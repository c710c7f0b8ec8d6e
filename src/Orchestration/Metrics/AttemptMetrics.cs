using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Counts attempts of tasks where they are at work, and measures how long each waited for its start.</summary>
public static class AttemptMetrics
{
    private static readonly Meter Meter = new("Updraft.Attempts");

    private static readonly Counter<long> Ends = Meter.CreateCounter<long>("updraft.attempts.ended", "{attempt}", "Ends of attempts of tasks by outcome.");
    private static readonly RunningCount AtWork = new();
    private static readonly Counter<double> Worked = Meter.CreateCounter<double>("updraft.attempts.work", "s", "Time for which attempts were at work in this process; remote jobs are not among them.");

    private static readonly Histogram<double> Lag = Meter.CreateHistogram(
        "updraft.task.lag", "s", "From the end of the last upstream's work to the start of a task's, storing and waiting for slots included; of a first task from the run's acknowledgement.", null, LatencyBuckets.MillisecondToDay);

    static AttemptMetrics() => Meter.CreateObservableGauge(
        "updraft.attempts.running", AtWork.Measure, "{attempt}", "Attempts at work in this process; remote jobs and waits hold no worker and are not among them.");

    /// <summary>Work begins in this process.</summary>
    /// <param name="dag">The DAG.</param>
    /// <param name="request">The attempt.</param>
    /// <param name="now">The time.</param>
    public static void Began(string dag, AttemptRequest request, DateTimeOffset now)
    {
        AtWork.Add(dag, 1);
        Waited(dag, request, now);
    }

    /// <summary>Work in this process is over, however it ended.</summary>
    public static void Left(string dag) => AtWork.Add(dag, -1);

    /// <summary>An attempt that holds no worker begins, as a remote job.</summary>
    public static void Waited(string dag, AttemptRequest request, DateTimeOffset now)
    {
        if (request.ReadyAt is { } ready && Lag.Enabled) Lag.Record(Math.Max(0, (now - ready).TotalSeconds), Label(dag), new("held", request.Held == true ? "true" : "false"));
    }

    /// <summary>An attempt has ended.</summary>
    /// <param name="dag">The DAG; null where it is not known.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="worked">Whether this process did its work.</param>
    internal static void Ended(string? dag, AttemptResult result, bool worked)
    {
        if (!Ends.Enabled) return;
        Ends.Add(1, Label(dag), new("outcome", LabelOf(result.Outcome)));
        if (worked && result is { StartedAt: { } started, EndedAt: { } ended } && ended > started) Worked.Add((ended - started).TotalSeconds, Label(dag));
    }

    private static KeyValuePair<string, object?> Label(string? dag) => new("dag", BoundedLabels.Dags.Of(dag));

    internal static string LabelOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Success => "success",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.FailedForGood => "failed_for_good",
        AttemptOutcome.Skipped => "skipped",
        AttemptOutcome.TimedOut => "timed_out",
        AttemptOutcome.Stopped => "stopped",
        _ => "lost",
    };
}

using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Counts what keeps the installation in order, where it is done.</summary>
internal static class UpkeepMetrics
{
    private static readonly Meter Meter = new("Updraft.Upkeep");

    private static readonly Counter<long> Raised = Meter.CreateCounter<long>("updraft.alerts.raised", "{alert}", "Alerts raised, by kind.");
    private static readonly Counter<long> Misses = Meter.CreateCounter<long>("updraft.due.missed", "{miss}", "Runs and tasks that were later than their due.");
    private static readonly Counter<long> Removed = Meter.CreateCounter<long>("updraft.retention.removed", "{thing}", "What retention removed.");
    private static readonly Counter<long> Repaired = Meter.CreateCounter<long>("updraft.watchdog.repaired", "{thing}", "What the watchdog found out of order and put back.");
    private static readonly Counter<long> Problems = Meter.CreateCounter<long>("updraft.upkeep.problems", "{problem}", "What kept a pass of the watchdog or of retention from doing a part of its work.");

    private static readonly Histogram<double> TimerLag = Meter.CreateHistogram("updraft.timer.lag", "s", "How late timers are: of the canary, once a minute.", null, LatencyBuckets.MillisecondToDay);
    private static readonly Histogram<double> ActivityLag = Meter.CreateHistogram("updraft.activity.lag", "s", "How long activities wait for a worker: of the canary, once a minute.", null, LatencyBuckets.MillisecondToDay);

    public static void AlertRaised(Alert alert)
    {
        Raised.Add(1, new KeyValuePair<string, object?>("kind", alert.Kind));
        if (alert.Kind is AlertKinds.LateRun or AlertKinds.LateTask)
            Misses.Add(1, new("dag", BoundedLabels.Dags.Of(alert.Dag)), new("what", alert.Kind is AlertKinds.LateRun ? "run" : "task"));
    }

    public static void Beat(string lane, Heartbeat beat)
    {
        var label = new KeyValuePair<string, object?>("lane", BoundedLabels.Lanes.Of(lane));
        TimerLag.Record(beat.TimerLag.TotalSeconds, label);
        ActivityLag.Record(beat.ActivityLag.TotalSeconds, label);
    }

    public static void Retained(RetentionReport report)
    {
        Count(Removed, "runs", report.Runs);
        Count(Removed, "logs", report.Logs);
        Count(Removed, "outputs", report.Outputs);
        Count(Removed, "expired", report.Expired);
        Count(Removed, "watchers", report.Watchers);
        Count(Removed, "versions", report.Versions);
        Count(Removed, "packages", report.Packages);
        Count(Removed, "others", report.Others.Values.Sum());
        Count(Problems, "retention", report.Problems.Length);
    }

    public static void Watched(WatchdogReport report)
    {
        Count(Repaired, "hinted", report.Hinted);
        Count(Repaired, "started", report.Started);
        Count(Repaired, "started_again", report.StartedAgain);
        Count(Repaired, "set_aside", report.SetAside);
        Count(Repaired, "removed", report.Removed);
        Count(Repaired, "released", report.Released);
        Count(Problems, "watchdog", report.Problems.Length);
    }

    // Zero too, so that a series is there before the first of its kind, and its rate is seen.
    private static void Count(Counter<long> counter, string what, int n) => counter.Add(n, new KeyValuePair<string, object?>("what", what));
}

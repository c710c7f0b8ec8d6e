using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>What engines count alike, whichever runs the activities.</summary>
public static class ActivityMetrics
{
    private static readonly Meter Meter = new("Updraft.Engine");
    private static readonly Counter<long> Activities = Meter.CreateCounter<long>("updraft.engine.activities", "{activity}", "Activities started, by name.");

    /// <summary>Counts an activity that is about to run.</summary>
    public static void Started(string name) => Activities.Add(1, new KeyValuePair<string, object?>("activity", name));
}

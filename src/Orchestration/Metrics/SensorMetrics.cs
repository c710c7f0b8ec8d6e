using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Counts looks at conditions: those made, and those that waiting alone would have cost.</summary>
public static class SensorMetrics
{
    private static readonly Meter Meter = new("Updraft.Sensors");

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("updraft.sensor.calls", "{call}", "Questions to backends: one may be about many conditions.");
    private static readonly Counter<long> Looks = Meter.CreateCounter<long>("updraft.sensor.looks", "{look}", "Looks at conditions, each for all who wait for it.");
    private static readonly Counter<long> Unshared = Meter.CreateCounter<long>("updraft.sensor.looks.unshared", "{look}", "Looks that there would have been if each who waits had looked by itself.");

    /// <summary>A backend was asked.</summary>
    /// <param name="conditions">About how many conditions.</param>
    /// <param name="waiters">How many wait for them, all together.</param>
    public static void Looked(int conditions, int waiters)
    {
        Calls.Add(1);
        Looks.Add(conditions);
        Unshared.Add(waiters);
    }
}

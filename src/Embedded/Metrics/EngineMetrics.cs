using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>What the engine does, and what waits in it. Turns are counted as they are stored: a replay stores none.</summary>
internal static class EngineMetrics
{
    private static readonly Meter Meter = new("Updraft.Engine");
    private static readonly ConcurrentDictionary<Engine, byte> Engines = new();

    private static readonly Counter<long> Turns = Meter.CreateCounter<long>("updraft.engine.turns", "{turn}", "Turns of orchestrations that were stored.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("updraft.engine.commit.failures", "{commit}", "Commits that failed; they are tried again.");

    private static readonly Histogram<double> CommitTime = Meter.CreateHistogram("updraft.engine.commit", "s", "Time of a commit, until it is on the disk.", null, LatencyBuckets.ShortWork);

    private static readonly Histogram<long> CommitSize = Meter.CreateHistogram(
        "updraft.engine.commit.writes", "{write}", "Writes that shared a commit.", null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    static EngineMetrics()
    {
        Meter.CreateObservableGauge("updraft.engine.instances", () => Sum(engine => engine.InstancesInMemory), "{instance}", "Orchestrations in memory.");
        Meter.CreateObservableGauge("updraft.engine.timers", () => Sum(engine => engine.Timers.Count), "{timer}", "Timers that are set, and orchestrations that wait on the disk for one.");
        Meter.CreateObservableGauge("updraft.engine.writes.waiting", () => Sum(engine => engine.Writer.Waiting), "{write}", "Writes that wait for the next commit.");
        Meter.CreateObservableGauge("updraft.engine.slots", () => Slots(slots => slots.Count), "{slot}", "Worker slots of a lane, for processes and for work inside this one.");
        Meter.CreateObservableGauge("updraft.engine.slots.used", () => Slots(slots => slots.Used), "{slot}", "Worker slots in use.");
        Meter.CreateObservableGauge("updraft.engine.slots.waiting", () => Slots(slots => slots.Waiting), "{activity}", "Activities that wait for a worker slot.");
    }

    /// <summary>An engine is there, and is looked at from now on.</summary>
    public static void Opened(Engine engine) => Engines.TryAdd(engine, 0);

    /// <summary>An engine is over.</summary>
    public static void Closed(Engine engine) => Engines.TryRemove(engine, out _);

    public static void Turn(string lane) => Turns.Add(1, new KeyValuePair<string, object?>("lane", BoundedLabels.Lanes.Of(lane)));

    public static void Committed(int writes, TimeSpan took)
    {
        CommitTime.Record(took.TotalSeconds);
        CommitSize.Record(writes);
    }

    public static void CommitFailed() => Failures.Add(1);

    private static long Sum(Func<Engine, long> of) => Engines.Keys.Sum(of);

    private static IEnumerable<Measurement<long>> Slots(Func<Slots, long> of) =>
        from lane in Engines.Keys.SelectMany(engine => engine.Lanes)
        from slots in new[] { (Of: lane.Value.SlotsOf(ActivityWeight.InProcess), Kind: "in_process"), (Of: lane.Value.SlotsOf(ActivityWeight.Process), Kind: "process") }
        group of(slots.Of!) by (Lane: BoundedLabels.Lanes.Of(lane.Key), slots.Kind) into found
        select new Measurement<long>(found.Sum(), new KeyValuePair<string, object?>("lane", found.Key.Lane), new KeyValuePair<string, object?>("kind", found.Key.Kind));
}

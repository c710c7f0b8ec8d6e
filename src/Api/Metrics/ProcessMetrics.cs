using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Updraft.Api;

/// <summary>What the process takes of its machine.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private const string Handles = "/proc/self/fd";

    private readonly Meter _meter;
    private readonly DateTimeOffset _started;

    /// <param name="scope">The host for which it is shown.</param>
    /// <param name="clock">The clock.</param>
    public ProcessMetrics(object scope, TimeProvider clock)
    {
        _started = clock.GetUtcNow();
        _meter = new Meter(new MeterOptions("Updraft.Process") { Scope = scope });
        _meter.CreateObservableCounter("updraft.process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time.");
        _meter.CreateObservableGauge("updraft.process.memory", () => Environment.WorkingSet, "By", "Memory in use, as the system counts it.");
        _meter.CreateObservableGauge("updraft.process.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Memory of managed objects.");
        _meter.CreateObservableCounter("updraft.process.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Memory that was ever taken for managed objects.");
        _meter.CreateObservableCounter("updraft.process.gc.collections", Collections, "{collection}", "Collections of garbage, by generation.");
        _meter.CreateObservableCounter("updraft.process.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which collections of garbage held up everything.");
        _meter.CreateObservableGauge("updraft.process.threads", () => ThreadPool.ThreadCount, "{thread}", "Threads of the pool.");
        _meter.CreateObservableGauge("updraft.process.work.waiting", () => ThreadPool.PendingWorkItemCount, "{item}", "Work that waits for a thread of the pool.");
        _meter.CreateObservableGauge("updraft.process.handles", OpenHandles, "{handle}", "Open files, sockets and the like.");
        _meter.CreateObservableGauge("updraft.process.uptime", () => Math.Max(0, (clock.GetUtcNow() - _started).TotalSeconds), "s", "Time since this process began to serve.");
        var version = new KeyValuePair<string, object?>("version", typeof(ProcessMetrics).Assembly.GetName().Version?.ToString(3));
        _meter.CreateObservableGauge("updraft.build.info", () => new Measurement<int>(1, version), "", "The version, as a label; its value is 1.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<long>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    private static long OpenHandles()
    {
        if (Directory.Exists(Handles)) return Directory.EnumerateFileSystemEntries(Handles).LongCount();
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }
}

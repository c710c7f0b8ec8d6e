using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>How much slower runs are while retention removes others beside them.</summary>
internal static class Purging
{
    public const string Name = "purge";

    private const int OldRuns = 2_000, Runs = 100, Passes = 7;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            await using var host = await DagTestHost.StartAsync(new DagTestOptions { Operators = [new Noop()], Embedded = new EmbeddedOptions { DataFolder = folder } });
            await RunAsync(host, "warm", 3);
            var old = Scenes.Of("three-step").Dag with { Name = "old" };
            await Task.WhenAll(Enumerable.Range(0, OldRuns).Select(n => host.RunAsync(old, runId: $"old-{n}")));

            var quiet = await RunAsync(host, "quiet", Passes);
            var retention = new Retention(host.Embedded.State, host.Embedded.Blobs, host.Embedded.Client, host.Actors.Specs, host.Services.Catalogue, new Later(), NullLogger.Instance);
            var started = Stopwatch.GetTimestamp();
            var purging = Task.Run(() => retention.RunOnceAsync(new RetentionPolicy { MaxRuns = 1 }));
            var busy = await RunAsync(host, "busy", Passes, purging);
            var report = await purging;
            var took = Stopwatch.GetElapsedTime(started);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: {Runs} runs of 5 steps take {quiet.TotalMilliseconds:0} ms, and {busy.TotalMilliseconds:0} ms while {report.Runs:N0} runs are removed ({report.Runs / took.TotalSeconds:N0} a second): ratio {busy / quiet:0.00}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The median of some passes, or of as many as something beside lasts.</summary>
    private static async Task<TimeSpan> RunAsync(DagTestHost host, string name, int passes, Task? beside = null)
    {
        var times = new List<TimeSpan>();
        while (beside is null ? times.Count < passes : !beside.IsCompleted)
        {
            var started = Stopwatch.GetTimestamp();
            var pass = times.Count;
            await Task.WhenAll(Enumerable.Range(0, Runs).Select(n => host.RunAsync(Scenes.Of("hello5-1000").Dag, runId: $"{name}-{pass}-{n}")));
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>An hour ahead, so that what has just ended is old enough to go.</summary>
    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromHours(1);
    }
}

using System.Diagnostics;
using System.Globalization;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>Runs scenes on the embedded engine with full durability and prints medians, the spread, and how near the machine's limit they are.</summary>
internal static class Bench
{
    /// <summary>Durable rows that a task and a run come to on their way: one turn a task; documents, index, turns and instance of a run.</summary>
    private const double RowsPerTask = 1, RowsPerRun = 14;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(IEnumerable<Scene> scenes, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            var limits = await Limits.MeasureAsync(folder);
            Print($"limits: durable commit {limits.Commit.TotalMilliseconds:0.00} ms, {limits.Rows:N0} rows/s; {Environment.ProcessorCount} processors; synchronous=FULL; median of {runs}");
            Print($"{"scene",-14} {"makespan",10} {"min–max",17} {"tasks/s",9} {"runs/s",8} {"lag p50",9} {"lag p95",9} {"limit",9} {"score",6} {"binds",6} {"memory",8}");
            foreach (var scene in scenes) await MeasureAsync(scene, runs, limits, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Scene scene, int runs, Limits limits, string folder)
    {
        await using var host = await DagTestHost.StartAsync(new DagTestOptions
        {
            Operators = [new Noop()],
            Embedded = new EmbeddedOptions { DataFolder = Path.Combine(folder, scene.Name) },
        });
        await WarmAsync(host, scene);
        var single = new List<TimeSpan>();
        for (var n = 0; n < scene.OneByOne; n++)
        {
            var started = Stopwatch.GetTimestamp();
            await host.RunAsync(scene.Dag, runId: $"single-{n}");
            single.Add(Stopwatch.GetElapsedTime(started));
        }
        var times = new List<TimeSpan>();
        for (var n = 0; n < runs; n++) times.Add(await OnceAsync(host, scene, $"run-{n}"));
        times.Sort();
        var median = times[times.Count / 2];
        var lags = await LagsAsync(host, $"run-{runs - 1}-0");

        var rows = (scene.Runs * RowsPerRun + scene.Runs * scene.Tasks * RowsPerTask) / limits.Rows;
        var path = (scene.Depth + 4) * limits.Commit.TotalSeconds;
        var limit = Math.Max(rows, path);
        Print(string.Create(CultureInfo.InvariantCulture,
            $"{scene.Name,-14} {median.TotalSeconds,8:0.000} s {times[0].TotalSeconds,7:0.000}–{times[^1].TotalSeconds,-7:0.000} s {scene.Runs * scene.Tasks / median.TotalSeconds,9:N0} {scene.Runs / median.TotalSeconds,8:N0} {Ms(lags, 0.5)} {Ms(lags, 0.95)} {limit,7:0.000} s {limit / median.TotalSeconds,6:0.00} {(rows > path ? "rows" : "path"),6} {Process.GetCurrentProcess().WorkingSet64 >> 20,5} MB"));
        if (single.Count > 0) Print($"{"",-14} one at a time: p50 {single.Order().ElementAt(single.Count / 2).TotalMilliseconds:0.0} ms, p95 {single.Order().ElementAt(single.Count * 95 / 100).TotalMilliseconds:0.0} ms");
    }

    /// <summary>Runs the scene until the compiler has done its work, which it does bit by bit and beside: a host runs for days.</summary>
    private static async Task WarmAsync(DagTestHost host, Scene scene)
    {
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; Stopwatch.GetElapsedTime(started) < Warm; n++) await OnceAsync(host, scene, $"warm-{n}");
    }

    private static async Task<TimeSpan> OnceAsync(DagTestHost host, Scene scene, string name)
    {
        var started = Stopwatch.GetTimestamp();
        var ended = await Task.WhenAll(Enumerable.Range(0, scene.Runs).Select(n => host.RunAsync(scene.Dag, runId: $"{name}-{n}")));
        if (ended.FirstOrDefault(run => run.Body.Status is not RunStatus.Success) is { } failed) throw new InvalidOperationException($"{failed.Request.RunId} ended as {failed.Body.Status}: {failed.Body.Reason}");
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>From the end of the last task before to the start of the next, in one run.</summary>
    private static async Task<List<TimeSpan>> LagsAsync(DagTestHost host, string runId)
    {
        var instances = await host.InstancesAsync((await host.Runs.Reader.GetAsync(runId))!);
        var times = instances.Values.Where(instance => instance.StartedAt is not null && instance.EndedAt is not null).OrderBy(instance => instance.StartedAt).ToArray();
        return [.. times.Skip(1).Select((instance, n) => instance.StartedAt!.Value - times[n].EndedAt!.Value).Order()];
    }

    private static string Ms(List<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? $"{"-",9}" : string.Create(CultureInfo.InvariantCulture, $"{sorted[(int)((sorted.Count - 1) * share)].TotalMilliseconds,6:0.00} ms");

    private static void Print(string line) => Console.WriteLine(line);
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>What a warm worker spares a small task of a script, in comparison with a process of its own.</summary>
internal static class Warming
{
    public const string Name = "warm";

    private const int Tasks = 20;

    private static readonly (string Language, string Code)[] Languages =
    [
        ("node", "const crypto = require('crypto'); exports.main = (n) => crypto.createHash('sha256').update(String(n)).digest('hex');"),
        ("python", "import hashlib, json\ndef main(n):\n    return hashlib.sha256(str(n).encode()).hexdigest()\n"),
    ];

    public static async Task RunAsync(int passes)
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            await using var host = await DagTestHost.StartAsync(new DagTestOptions { Embedded = new EmbeddedOptions { DataFolder = folder } });
            foreach (var (language, code) in Languages)
            {
                var (warm, cold) = (await RunAsync(host, language, code, warm: true, passes), await RunAsync(host, language, code, warm: false, passes));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Name}: {language}, chain of {Tasks} tasks: {cold.TotalMilliseconds / Tasks:0.0} ms a task in a process of its own, {warm.TotalMilliseconds / Tasks:0.0} ms in a warm worker: ratio {cold / warm:0.0}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The median of some passes, after one that starts the worker.</summary>
    private static async Task<TimeSpan> RunAsync(DagTestHost host, string language, string code, bool warm, int passes)
    {
        var dag = new DagSpec
        {
            Name = $"{language}-{(warm ? "warm" : "cold")}",
            Tasks = [.. Enumerable.Range(0, Tasks).Select(n => new TaskSpec { Id = $"t{n}", Operator = language, With = JsonSerializer.SerializeToElement(new { code, args = new[] { n }, warm }), After = n == 0 ? [] : [$"t{n - 1}"] })],
        };
        var times = new List<TimeSpan>();
        for (var pass = 0; pass <= passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            var run = await host.RunAsync(dag, runId: $"{dag.Name}-{pass}");
            if (run.Body.Status is not RunStatus.Success) throw new InvalidOperationException($"{run.Request.RunId} ended as {run.Body.Status}: {run.Body.Reason}");
            if (pass > 0) times.Add(Stopwatch.GetElapsedTime(started));
        }
        times.Sort();
        return times[times.Count / 2];
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>What it costs that many tasks wait for a tenth of a percent as many conditions: memory while they wait, and looks.</summary>
internal static class Waiting
{
    public const string Name = "waits";

    private const int Runs = 1_000, WaitsOfARun = 100, Conditions = 1_000;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            var condition = new Condition();
            await using var host = await DagTestHost.StartAsync(new DagTestOptions { Operators = [condition], Embedded = new EmbeddedOptions { DataFolder = folder } });
            await host.TriggerAsync(Dag(0), runId: "warm");
            await host.Embedded.IdleAsync();
            var before = Memory();
            var started = Stopwatch.GetTimestamp();
            for (var run = 1; run <= Runs; run++) await host.TriggerAsync(Dag(run), runId: string.Create(CultureInfo.InvariantCulture, $"r{run}"));
            await host.Embedded.IdleAsync();
            var took = Stopwatch.GetElapsedTime(started);
            var waits = await host.Services.OpenConditions.ListAsync().Select(open => open.Waiters).SumAsync();
            var bytes = Memory() - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: {waits:N0} waits for {Conditions:N0} conditions begun in {took.TotalSeconds:0.0} s ({waits / took.TotalSeconds:N0} a second), {condition.Looks:N0} looks; {bytes / (1 << 20)} MB more in use, {bytes / waits:N0} bytes a wait; peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Memory()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static DagSpec Dag(int run)
    {
        var dag = new DagBuilder("waits");
        dag.Task("w", "condition", new { name = "{{ item }}" }).Map([.. Enumerable.Range(0, WaitsOfARun).Select(n => string.Create(CultureInfo.InvariantCulture, $"c{(run * WaitsOfARun + n) % Conditions}"))]);
        return dag.Build();
    }

    private sealed class Condition : ISensorOperator
    {
        private int _looks;

        public int Looks => _looks;

        public OperatorManifest Manifest { get; } = new() { Name = "condition", Kind = OperatorKind.Sensor, Description = "Never holds.", Fields = JsonSerializer.SerializeToElement(new { type = "object", additionalProperties = true }) };

        public SensorMemory Memory => SensorMemory.Lasting;

        public WaitPolicy? PolicyOf(JsonElement fields) => new() { Interval = TimeSpan.FromHours(1) };

        public Task<PokeResult> PokeAsync(TaskContext context, JsonElement fields, JsonElement? state, CancellationToken stop)
        {
            Interlocked.Increment(ref _looks);
            return Task.FromResult(PokeResult.NotYet());
        }
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>How much longer lists, searches and figures take with many runs stored than with few.</summary>
internal static class History
{
    public const string Name = "history";

    private const int Few = 1_000, Passes = 31, Dags = 100, AtOnce = 512;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    public static async Task RunAsync(int runs)
    {
        var few = await MeasureAsync(Few);
        var many = await MeasureAsync(runs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: pages of 100 with {Few:N0} and with {runs:N0} runs stored, median of {Passes}"));
        foreach (var (what, before) in few) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} {before.TotalMilliseconds,8:0.00} ms {many[what].TotalMilliseconds,8:0.00} ms  ratio {many[what] / before:0.00}"));
    }

    private static async Task<Dictionary<string, TimeSpan>> MeasureAsync(int runs)
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            await using var host = await DagTestHost.StartAsync(new DagTestOptions { Operators = [new Noop()], Embedded = new EmbeddedOptions { DataFolder = folder, RelaxedDurability = true } });
            var state = host.Embedded.State;
            var started = Stopwatch.GetTimestamp();
            await StoreAsync(state, runs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {runs:N0} runs stored in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
            var (search, figures) = (host.Services.Search, new StatisticsReader(state));
            Task Find(RunFilter filter) => search.FindAsync(filter, null, 100);
            var last = DateOnly.FromDateTime(Start.UtcDateTime).AddDays(29);
            return new()
            {
                ["newest of all"] = await MedianAsync(() => Find(new RunFilter())),
                ["newest of a DAG"] = await MedianAsync(() => Find(new RunFilter { Dag = "dag-7" })),
                ["failed, of all (1 in 50)"] = await MedianAsync(() => Find(new RunFilter { Statuses = [RunStatus.Failed] })),
                ["failed, of a DAG"] = await MedianAsync(() => Find(new RunFilter { Statuses = [RunStatus.Failed], Dag = "dag-7" })),
                ["under way (none is)"] = await MedianAsync(() => Find(new RunFilter { Statuses = [RunStatus.Queued, RunStatus.Running] })),
                ["with a label (1 in 10)"] = await MedianAsync(() => Find(new RunFilter { Labels = None.Add("region", "r3") })),
                ["with a label, of a DAG, that succeeded"] = await MedianAsync(() => Find(new RunFilter { Labels = None.Add("region", "r3"), Dag = "dag-13", Statuses = [RunStatus.Success] })),
                ["about a business key (1 run)"] = await MedianAsync(() => Find(new RunFilter { BusinessKey = "order-7" })),
                ["text in the oldest run, by its window"] = await MedianAsync(() => Find(new RunFilter { Text = "run-3", Until = Start.AddSeconds(20) })),
                ["figures of 30 days of 100 DAGs"] = await MedianAsync(async () => await figures.ReadAsync(last.AddDays(-29), last, null).CountAsync()),
                ["figures of 30 days of a DAG"] = await MedianAsync(async () => await figures.ReadAsync(last.AddDays(-29), last, "dag-7").CountAsync()),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Stores runs that have ended, a second apart, of 100 DAGs, and the figures of their days.</summary>
    public static async Task StoreAsync(IStateStore state, int runs)
    {
        var index = new RunIndex(state);
        await Parallel.ForEachAsync(Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, cancellation) =>
        {
            var request = new RunRequest
            {
                RunId = $"run-{n}", Dag = $"dag-{n % Dags}", DagHash = new string('a', 64), Conf = JsonSerializer.SerializeToElement(new { }), Params = JsonSerializer.SerializeToElement(new { }),
                LogicalDate = Start.AddSeconds(n), DataIntervalStart = Start, DataIntervalEnd = Start, CreatedAt = Start.AddSeconds(n), BusinessKey = $"order-{n}", Labels = None.Add("region", $"r{n % 10}"),
            };
            var body = new RunBody { Status = n % 50 == 7 ? RunStatus.Failed : RunStatus.Success, StartedAt = request.CreatedAt.UtcDateTime, EndedAt = request.CreatedAt.UtcDateTime.AddMinutes(1) };
            var entry = RunIndexEntry.Of(request, 5, RunSummary.Of(request, body).ToJson());
            await index.PutAsync(entry, cancellation);
            await index.MoveAsync(entry, body.Status, [], cancellation);
            await state.PutAsync(ActorPaths.Request(RunPaths.Of(request.RunId)), new ActorRequest { Body = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options), Lane = "", Tags = new Dictionary<string, string>() }, WriteCondition.None, cancellation: cancellation);
            await state.PutAsync(ActorPaths.Head(RunPaths.Of(request.RunId)), new ActorHead { Kind = "run", Generation = 1, Revision = 5, Final = true, Pages = 0, Taken = [], Body = JsonSerializer.SerializeToElement(body, OrchestrationJson.Options) }, WriteCondition.None, cancellation: cancellation);
        });
        // The figures of a day are one document, however many runs it counts.
        for (var day = 0; day < 30; day++)
            for (var dag = 0; dag < Dags; dag++)
                await state.PutAsync($"statistics/days/{DocumentPath.Of(Start.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"dag-{dag}")}", new DayFigures { Dag = $"dag-{dag}", Success = runs / Dags / 30 }, WriteCondition.None, summary: JsonSerializer.Serialize(new DayFigures { Dag = $"dag-{dag}", Success = runs / Dags / 30 }, OrchestrationJson.Options));
    }

    private static async Task<TimeSpan> MedianAsync(Func<Task> ask)
    {
        var times = new List<TimeSpan>();
        for (var pass = 0; pass < Passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask();
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        times.Sort();
        return times[times.Count / 2];
    }
}

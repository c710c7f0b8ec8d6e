using System.Diagnostics.Metrics;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// Adds what this process has counted to the documents of the days: once an hour with the watchdog's pass, and when the server stops. What a
/// killed process had not added is lost, an hour at most.
/// </summary>
internal sealed class CostLedger : IAsyncDisposable
{
    /// <summary>In Blob Storage, what is written is staged and committed.</summary>
    private const int OperationsOfAWrite = 2;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly MetricCollection _metrics;
    private readonly IStateStore _store;
    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly SemaphoreSlim _adding = new(1);
    private CostDay _added;
    private DateTimeOffset _addedAt;

    public CostLedger(MetricCollection metrics, Operators.RunServices services, IApiHost host, ApiOptions options)
    {
        (_metrics, _store, _clock) = (metrics, services.Ports.State, options.Clock);
        _added = Counted();
        _addedAt = _clock.GetUtcNow();
        _meter = new Meter(new MeterOptions("Updraft.Costs") { Scope = host });
        _meter.CreateObservableCounter("updraft.cost", () => Parts(CostEstimate.Of(Counted().All, options.Prices)), "", "What this process would have cost on Azure so far, by part, at the configured prices and in their currency.");
        services.Watchdog.Add(new WatchdogRound("costs", AddWhenDueAsync));
    }

    /// <summary>What was done on some days, what is not added yet among it.</summary>
    /// <param name="since">The first day.</param>
    /// <param name="until">The last day.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<CostDay> SumAsync(DateOnly since, DateOnly until, CancellationToken cancellation)
    {
        await AddAsync(cancellation);
        var sum = new CostDay();
        await foreach (var listed in _store.ListAsync(CostDay.Days, null, cancellation))
        {
            if (CostDay.DayOf(listed.Path) is var day && day >= since && day <= until && await _store.GetAsync<CostDay>(listed.Path, cancellation) is { Value: var found }) sum = sum.Plus(found);
        }
        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        // A store that is away keeps nobody from stopping.
        if (await Task.WhenAny(AddAsync(CancellationToken.None)) is { IsFaulted: true, Exception.InnerException: not Dags.UpdraftException } failed) await failed;
        _adding.Dispose();
    }

    private Task AddWhenDueAsync(CancellationToken cancellation) => _clock.GetUtcNow() - _addedAt >= Every ? AddAsync(cancellation) : Task.CompletedTask;

    private async Task AddAsync(CancellationToken cancellation)
    {
        await _adding.WaitAsync(cancellation);
        try
        {
            var counted = Counted();
            var more = counted.Less(_added);
            // To look at nothing costs nothing: what adding costs itself is added with the next that is worth it.
            if (more.All.Runs > 0 || more.Dags.Count > 0 || _clock.GetUtcNow() - _addedAt >= Every) await AddAsync(more, cancellation);
            else return;
            (_added, _addedAt) = (counted, _clock.GetUtcNow());
        }
        finally
        {
            _adding.Release();
        }
    }

    private async Task AddAsync(CostDay more, CancellationToken cancellation)
    {
        var path = CostDay.PathOf(DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime));
        while (true)
        {
            var found = await _store.GetAsync<CostDay>(path, cancellation);
            var condition = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
            if (await _store.PutAsync(path, (found?.Value ?? new CostDay()).Plus(more), condition, cancellation: cancellation) is not null) return;
        }
    }

    private CostDay Counted()
    {
        var (runs, tasks, work) = (_metrics.TotalsBy("updraft_runs_ended_total"), _metrics.TotalsBy("updraft_tasks_ended_total"), _metrics.TotalsBy("updraft_attempts_work_seconds_total"));
        var operations = _metrics.TotalsBy("updraft_storage_operations_total", label: 1);
        double Operations(string kind) => operations.GetValueOrDefault(kind);
        return new CostDay
        {
            All = new(runs.Values.Sum(), tasks.Values.Sum(), _metrics.TotalsBy("updraft_engine_activities_total").Values.Sum(), Operations("read"), (OperationsOfAWrite * Operations("write")) + Operations("list"), work.Values.Sum()),
            Dags = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, runs.Keys.Union(tasks.Keys).Union(work.Keys)
                .Select(dag => KeyValuePair.Create(dag, new CostFigures(runs.GetValueOrDefault(dag), tasks.GetValueOrDefault(dag), 0, 0, 0, work.GetValueOrDefault(dag))))),
        };
    }

    private static IEnumerable<Measurement<double>> Parts(CostEstimate cost) =>
    [
        new(cost.Actions, new KeyValuePair<string, object?>("part", "actions")),
        new(cost.Executions, new KeyValuePair<string, object?>("part", "executions")),
        new(cost.Storage, new KeyValuePair<string, object?>("part", "storage")),
        new(cost.Compute, new KeyValuePair<string, object?>("part", "compute")),
    ];
}

using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>
/// Finds what fell out of the machinery and puts it back: lost hints, actors without an orchestration, orchestrations that failed or belong to
/// nobody, slots that nobody uses, heartbeats that have stopped. To be run once a minute, in one process. Not thread-safe: one pass at a time.
/// </summary>
public sealed class Watchdog
{
    private const int MostProblems = 20;

    /// <summary>Time between two looks at orchestrations that belong to nobody, which are rare and harm nobody.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    private readonly IStateStore _store;
    private readonly TimeProvider _clock;
    private readonly Reconciler _reconciler;
    private readonly Redrive _redrive;
    private readonly OrphanSweep _sweep;
    private readonly HeartbeatWatch _heartbeats;
    private readonly LedgerReconciler _ledgers;
    private readonly Func<Lease, CancellationToken, Task<bool>> _isLeaseOver;
    private ImmutableArray<WatchdogRound> _rounds;
    private readonly ILogger _log;
    private readonly List<string> _problems = [];
    private ImmutableSortedSet<string> _lanes = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private ImmutableArray<LaneHealth>? _health;
    private DateTimeOffset _swept;

    internal Watchdog(IStateStore store, Reconciler reconciler, Redrive redrive, OrphanSweep sweep, HeartbeatWatch heartbeats, LedgerReconciler ledgers,
        Func<Lease, CancellationToken, Task<bool>> isLeaseOver, IReadOnlyList<WatchdogRound> rounds, TimeProvider clock, ILogger log)
    {
        (_store, _reconciler, _redrive, _sweep, _heartbeats, _ledgers) = (store, reconciler, redrive, sweep, heartbeats, ledgers);
        (_isLeaseOver, _rounds, _clock, _log) = (isLeaseOver, [.. rounds], clock, log);
        _swept = clock.GetUtcNow();
    }

    /// <summary>Has heartbeats of some lanes watched from now on.</summary>
    public void WatchLanes(IEnumerable<string> lanes) => _lanes = _lanes.Union(lanes);

    /// <summary>Has something else done in every pass from now on.</summary>
    public void Add(WatchdogRound round) => ImmutableInterlocked.Update(ref _rounds, (rounds, more) => rounds.Add(more), round);

    /// <summary>
    /// One pass. What fails in it, as when one document cannot be read, is logged and reported, and the rest is done nevertheless.
    /// </summary>
    public async Task<WatchdogReport> RunOnceAsync(CancellationToken cancellation = default)
    {
        var report = new WatchdogReport { At = _clock.GetUtcNow() };
        _problems.Clear();
        await TryAsync("lost hints and starts", async () =>
        {
            var reconciled = await _reconciler.RunOnceAsync(cancellation);
            report = report with { Hinted = reconciled.Hinted, Started = reconciled.Started };
            _problems.AddRange(reconciled.Problems);
        });
        await TryAsync("failed orchestrations", async () =>
        {
            var redriven = await _redrive.RunOnceAsync(cancellation);
            report = report with { StartedAgain = redriven.StartedAgain, SetAside = redriven.SetAside, Removed = redriven.Removed };
            _problems.AddRange(redriven.Problems);
        });
        await TryAsync("slots of pools", async () => report = report with { Released = await _ledgers.RunOnceAsync(lease => _isLeaseOver(lease, cancellation), cancellation) });
        foreach (var round in _rounds) await TryAsync(round.What, () => round.RunOnceAsync(cancellation));
        if (report.At - _swept >= SweepEvery)
        {
            await TryAsync("orchestrations of nobody", async () => report = report with { Removed = report.Removed + await _sweep.RunOnceAsync(_reconciler.OpenHashes, cancellation) });
            _swept = report.At;
        }
        await TryAsync("heartbeats", async () =>
        {
            _health ??= (await _store.GetAsync<WatchdogReport>(WatchdogReport.Path, cancellation))?.Value.Lanes ?? [];
            _health = await _heartbeats.RunOnceAsync(_lanes, _health, cancellation);
        });
        report = report with { Took = _clock.GetUtcNow() - report.At, Lanes = _health ?? [], Problems = [.. _problems.Take(MostProblems)] };
        await _store.PutAsync(WatchdogReport.Path, report, WriteCondition.None, cancellation: cancellation);
        UpkeepMetrics.Watched(report);
        return report;
    }

    private async Task TryAsync(string what, Func<Task> part)
    {
        try
        {
            await part();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Logs.WatchdogFailed(_log, what, exception);
            _problems.Add($"{what}: {exception.Message}");
        }
    }
}

/// <summary>Something that the watchdog also does in every pass.</summary>
/// <param name="What">What it looks after, in a few words.</param>
/// <param name="RunOnceAsync">Does it once.</param>
public sealed record WatchdogRound(string What, Func<CancellationToken, Task> RunOnceAsync);

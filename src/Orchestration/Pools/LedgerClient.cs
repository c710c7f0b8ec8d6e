using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>
/// Changes ledgers. For each ledger one write is under way in this process, and it carries all that came meanwhile, so that a thousand
/// tasks of one pool cost a few writes. Thread-safe. Every call may be repeated.
/// </summary>
public sealed class LedgerClient(IStateStore store, ActorClient actors, TimeProvider clock, Func<double>? jitter = null)
{
    private readonly ConcurrentDictionary<string, LedgerQueue> _queues = new(StringComparer.Ordinal);
    private readonly Func<double> _jitter = jitter ?? Random.Shared.NextDouble;

    /// <summary>
    /// Takes slots of several ledgers, all or none: tried in the order of their names, without waiting. At a full one everything is given
    /// back, and the asker waits there alone; when its turn comes it is told so (<see cref="PoolGrant"/>) and asks again for all.
    /// </summary>
    public async Task<AcquiredPools> AcquireAsync(AcquirePools acquire, CancellationToken cancellation = default)
    {
        foreach (var ask in acquire.Asks.OrderBy(ask => ask.Ledger, StringComparer.Ordinal))
        {
            var lease = new LeaseAsk(acquire.LeaseId, acquire.Owner, acquire.Holder, ask.Slots, acquire.Priority) { Change = acquire.Change };
            var after = await Queue(ask.Ledger).ApplyAsync(ask.Limit, ledger => ledger.Acquire(lease, clock.GetUtcNow().UtcTicks), cancellation);
            if (after.Holds(acquire.LeaseId)) continue;
            await ReleaseAsync(new(acquire.LeaseId, [.. acquire.Asks.Select(other => other.Ledger).Where(other => other != ask.Ledger)]), cancellation);
            return new(ask.Ledger);
        }
        return new(WaitsAt: null);
    }

    /// <summary>Takes a slot of one ledger or a place in its queue, unless so many wait there already.</summary>
    /// <returns>Null when the asker holds or waits; else the ledger as it is, which is full.</returns>
    public async Task<PoolLedger?> QueueAsync(AcquirePools acquire, int maxWaiting, CancellationToken cancellation = default)
    {
        var ask = acquire.Asks.Single();
        var lease = new LeaseAsk(acquire.LeaseId, acquire.Owner, acquire.Holder, ask.Slots, acquire.Priority) { MaxWaiting = maxWaiting };
        var after = await Queue(ask.Ledger).ApplyAsync(ask.Limit, ledger => ledger.Acquire(lease, clock.GetUtcNow().UtcTicks), cancellation);
        return after.Knows(acquire.LeaseId) ? null : after;
    }

    /// <summary>Gives back what a lease holds in these ledgers, and leaves their queues.</summary>
    public async Task ReleaseAsync(ReleasePools release, CancellationToken cancellation = default)
    {
        foreach (var ledger in release.Ledgers)
            await Queue(ledger).ApplyAsync(null, found => release.Waits is { } kind && found.Counts(kind) ? found : found.Release(release.LeaseId), cancellation);
    }

    /// <summary>The ledger as it is stored; an idle one when there is none.</summary>
    public async Task<PoolLedger> GetAsync(string ledger, CancellationToken cancellation = default) =>
        (await store.GetAsync<PoolLedger>(PoolPaths.Ledger(ledger), cancellation))?.Value ?? PoolLedger.Empty;

    /// <summary>Gives what is free to those who wait, and tells those who were granted slots and may not know.</summary>
    public Task RefreshAsync(string ledger, CancellationToken cancellation = default) => Queue(ledger).ApplyAsync(null, found => found, cancellation);

    private LedgerQueue Queue(string ledger) => _queues.GetOrAdd(ledger, name => new(name, store, actors, clock, _jitter));
}

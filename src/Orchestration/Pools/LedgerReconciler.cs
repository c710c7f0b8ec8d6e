namespace Updraft.Orchestration;

/// <summary>Finds slots that nobody uses any more and gives them back: a late repetition of a request for slots may have taken them.</summary>
public sealed class LedgerReconciler(IStateStore store, LedgerClient ledgers, TimeProvider clock)
{
    /// <summary>Looks at every ledger.</summary>
    /// <param name="isOver">
    /// Whether nothing of a lease is at work or waits: its run is final or gone, or the run's document shows that this try ended. Asked only of
    /// leases that are older than <see cref="Reconciler.Patience"/>.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many leases were ended.</returns>
    public async Task<int> RunOnceAsync(Func<Lease, Task<bool>> isOver, CancellationToken cancellation = default)
    {
        var released = 0;
        await foreach (var listed in store.ListAsync(PoolPaths.All, null, cancellation))
        {
            if (PoolPaths.LedgerAt(listed.Path) is { } ledger) released += await ReconcileAsync(ledger, isOver, cancellation);
        }
        return released;
    }

    private async Task<int> ReconcileAsync(string name, Func<Lease, Task<bool>> isOver, CancellationToken cancellation)
    {
        var old = (clock.GetUtcNow() - Reconciler.Patience).UtcTicks;
        var ledger = await ledgers.GetAsync(name, cancellation);
        var waiting = ledger.Waiting.SelectMany(queue => queue.Waiters.Select(waiter => new Lease(waiter.LeaseId, queue.Owner, waiter.Slots, waiter.Holder, waiter.Order, Told: true)));
        var released = 0;
        foreach (var lease in ledger.Leases.Concat(waiting).Where(lease => lease.Order < old))
        {
            if (!await isOver(lease)) continue;
            await ledgers.ReleaseAsync(new(lease.Id, [name]), cancellation);
            released++;
        }
        await ledgers.RefreshAsync(name, cancellation);
        return released;
    }
}

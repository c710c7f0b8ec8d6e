namespace Updraft.Orchestration;

/// <summary>
/// Removes watchers for which nobody has waited for a while. The head is sealed first, from when on nothing opens it; whoever begins to wait
/// then finishes the removal, and starts a new one. Only what was there when it was sealed is removed, the head last, and before it is gone no new one is started.
/// </summary>
internal sealed class WatcherPurge(IStateStore store, IOrchestrationClient orchestrations, TimeProvider clock)
{
    /// <summary>How long a watcher stays after the last wait.</summary>
    private static readonly TimeSpan Stays = TimeSpan.FromDays(1);

    /// <summary>Removes those that have ended long enough ago.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var listed in store.ListAsync(WatcherPaths.All, null, cancellation))
        {
            if (!listed.Path.EndsWith("/head/", StringComparison.Ordinal) || listed.Path.Split('/') is not [_, _, "head", ""]) continue;
            if (await store.GetAsync<ActorHead>(listed.Path, cancellation) is not { } head) continue;
            var id = WatcherPaths.WatcherOf(listed.Path);
            if (head.Value.Purging is not true && !await SealAsync(id, head, cancellation)) continue;
            await FinishAsync(id, cancellation);
            removed++;
        }
        return removed;
    }

    /// <summary>Removes a watcher that was sealed; nothing when it is not, or another has done it.</summary>
    public async Task FinishAsync(ActorId id, CancellationToken cancellation)
    {
        var request = await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation);
        if (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation) is not { Value.Purging: true } head) return;
        for (var each = Math.Max(1, head.Value.Generation - ActorReader.HistoriesKept); each <= head.Value.Generation; each++)
            await orchestrations.PurgeInstanceAsync(ActorInstanceId.Of(id, each), cancellation);
        await foreach (var listed in store.ListAsync(WatcherPaths.AllProgress(id), null, cancellation)) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        await store.DeleteAsync(RedriveCount.PathOf(id), null, cancellation);
        if (request is not null) await store.DeleteAsync(ActorPaths.Request(id), request.ETag, cancellation);
        await store.DeleteAsync(ActorPaths.Head(id), head.ETag, cancellation);
    }

    private async Task<bool> SealAsync(ActorId id, Stored<ActorHead> head, CancellationToken cancellation)
    {
        if (head.Value is not { Final: true, SetAside: null } || WatcherState.Read(head.Value.Body).EndedAt is not { } ended || clock.GetUtcNow() - ended < Stays) return false;
        return await store.PutAsync(ActorPaths.Head(id), head.Value with { Purging = true }, WriteCondition.IfMatch(head.ETag), cancellation: cancellation) is not null;
    }
}

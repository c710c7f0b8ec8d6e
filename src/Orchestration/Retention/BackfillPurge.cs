namespace Updraft.Orchestration;

/// <summary>Removes backfills that ended long ago; their runs have a retention of their own.</summary>
public sealed class BackfillPurge(IStateStore store, IOrchestrationClient orchestrations, BackfillClient backfills)
{
    /// <summary>Removes what ended before a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunOnceAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var listed in store.ListAsync(BackfillPaths.Index, BackfillPaths.Index + DocumentPath.Of(DocumentPath.NewestFirst(before)), cancellation))
        {
            var id = DocumentPath.LastName(listed.Path);
            if (await backfills.GetAsync(id, cancellation) is { } view)
            {
                if (view.Request.CreatedAt >= before || view.Body.EndedAt is not { } ended || ended >= before) continue;
                if (!await RemoveAsync(BackfillPaths.Of(id), cancellation)) continue;
                removed++;
            }
            await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        }
        return removed;
    }

    /// <summary>False when it is open (again). Sealed first, so that nothing opens it from then on; the request, by which it is found, goes last.</summary>
    private async Task<bool> RemoveAsync(ActorId id, CancellationToken cancellation)
    {
        if (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation) is { } head)
        {
            if (!head.Value.Final) return false;
            if (head.Value.Purging is not true && await store.PutAsync(ActorPaths.Head(id), head.Value with { Purging = true }, WriteCondition.IfMatch(head.ETag), cancellation: cancellation) is null) return false;
            for (var generation = Math.Max(1, head.Value.Generation - ActorReader.HistoriesKept); generation <= head.Value.Generation; generation++)
                await orchestrations.PurgeInstanceAsync(ActorInstanceId.Of(id, generation), cancellation);
        }
        await foreach (var listed in store.ListAsync(id.Path, null, cancellation))
            if (listed.Path != ActorPaths.Request(id)) await store.DeleteAsync(listed.Path, null, cancellation);
        await store.DeleteAsync(ActorPaths.Request(id), null, cancellation);
        return true;
    }
}

namespace Updraft.Orchestration;

/// <summary>
/// Removes a run but for its id. The order of writes makes that it is there in full or not at all, whatever crashes: a note of what is under
/// way; the head is sealed, from when on nothing can open the run; off the index; the request becomes a tombstone, from when on there is no
/// such run; then all that lies under it, in any order; the note goes last.
/// </summary>
internal sealed class RunPurge(IStateStore store, IBlobStore blobs, IOrchestrationClient orchestrations, Expiries expiries, TimeProvider clock)
{
    private const string Notes = "purging/";

    private readonly RunIndex _index = new(store);

    /// <summary>Finishes what a crash cut short.</summary>
    /// <returns>How many runs were purged.</returns>
    public async Task<int> FinishAsync(RetentionPolicy policy, CancellationToken cancellation)
    {
        var purged = 0;
        await foreach (var listed in store.ListAsync(Notes, null, cancellation))
        {
            if (await store.GetAsync<PurgeNote>(listed.Path, cancellation) is { Value: var note } && await PurgeAsync(note, policy, cancellation)) purged++;
        }
        return purged;
    }

    /// <summary>Purges a run. False, and it stays as it is, when it or something of it has not ended (any more).</summary>
    public async Task<bool> PurgeAsync(PurgeNote note, RetentionPolicy policy, CancellationToken cancellation)
    {
        var id = RunPaths.Of(note.Entry.RunId);
        await store.PutAsync(Notes + DocumentPath.Of(note.Entry.RunId), note, WriteCondition.None, cancellation: cancellation);
        var purged = await SealAsync(id, note, cancellation);
        if (purged)
        {
            if (await store.GetAsync<RunNote>(RunNotes.PathOf(note.Entry.RunId), cancellation) is { } noted) await _index.UnlabelAsync(note.Entry, noted.Value.Labels, cancellation);
            await _index.RemoveAsync(note.Entry, cancellation);
            await BuryAsync(id, policy, cancellation);
            await RemoveHistoryAsync(id, cancellation);
            await RemoveDocumentsAsync(id, cancellation);
            await RemoveBlobsAsync(note.Entry.RunId, cancellation);
        }
        await store.DeleteAsync(Notes + DocumentPath.Of(note.Entry.RunId), null, cancellation);
        return purged;
    }

    /// <summary>Removes a run's logs, or its outputs and files.</summary>
    public async Task PruneAsync(RunIndexEntry entry, Removal removal, CancellationToken cancellation)
    {
        if (removal.HasFlag(Removal.Logs)) await blobs.DeleteAsync(AttemptPaths.Logs(entry.RunId), cancellation);
        if (removal.HasFlag(Removal.Outputs)) await RemoveOutputsAsync(entry.RunId, cancellation);
        await _index.PruneAsync(entry, removal.HasFlag(Removal.Logs), removal.HasFlag(Removal.Outputs), cancellation);
    }

    /// <summary>Nothing opens the run from now on. False when it is open, or was made anew, or something of it has not ended.</summary>
    private async Task<bool> SealAsync(ActorId id, PurgeNote note, CancellationToken cancellation)
    {
        if (await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation) is not { } request) return true;
        if (request.Value.PurgedAt is not null) return true;
        var head = await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation);
        if (head is null or { Value.Final: false }) return false;
        if (head.Value.Purging is true) return true;
        await foreach (var part in ActorsAsync(id, cancellation))
            if (part != id && (await store.GetAsync<ActorHead>(ActorPaths.Head(part), cancellation))?.Value is not ({ Final: true } or { SetAside: not null })) return false;
        return await store.PutAsync(ActorPaths.Head(id), head.Value with { Purging = true }, WriteCondition.IfMatch(head.ETag), cancellation: cancellation) is not null;
    }

    /// <summary>The request becomes a tombstone, which goes once the id may be forgotten.</summary>
    private async Task BuryAsync(ActorId id, RetentionPolicy policy, CancellationToken cancellation)
    {
        var path = ActorPaths.Request(id);
        if (await store.GetAsync<ActorRequest>(path, cancellation) is not { } request) return;
        var etag = request.ETag;
        if (request.Value.PurgedAt is null)
            etag = await store.PutAsync(path, ActorRequest.Tombstone(clock.GetUtcNow()), WriteCondition.IfMatch(request.ETag), cancellation: cancellation) ?? throw new InvalidOperationException($"the request of '{id.Path}' has changed, which it never does");
        await expiries.AddAsync((request.Value.PurgedAt ?? clock.GetUtcNow()) + policy.IdMemory, new Expiry(path, ETag: etag), cancellation);
    }

    private async Task RemoveHistoryAsync(ActorId id, CancellationToken cancellation)
    {
        await foreach (var actor in ActorsAsync(id, cancellation))
        {
            var generation = (await store.GetAsync<ActorHead>(ActorPaths.Head(actor), cancellation))?.Value.Generation ?? 1;
            // Earlier ones went as later ones began, but for those that were about to end just then.
            for (var each = Math.Max(1, generation - ActorReader.HistoriesKept); each <= generation; each++)
                await orchestrations.PurgeInstanceAsync(ActorInstanceId.Of(actor, each), cancellation);
            await store.DeleteAsync(RedriveCount.PathOf(actor), null, cancellation);
        }
    }

    /// <summary>All documents but the tombstone.</summary>
    private async Task RemoveDocumentsAsync(ActorId id, CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(id.Path, null, cancellation))
            if (listed.Path != ActorPaths.Request(id)) await store.DeleteAsync(listed.Path, null, cancellation);
    }

    private async Task RemoveBlobsAsync(string runId, CancellationToken cancellation)
    {
        await blobs.DeleteAsync(AttemptPaths.Logs(runId), cancellation);
        await RemoveOutputsAsync(runId, cancellation);
        await blobs.DeleteAsync(RunPaths.Of(runId).Path, cancellation);
    }

    private async Task RemoveOutputsAsync(string runId, CancellationToken cancellation)
    {
        await blobs.DeleteAsync(AttemptPaths.Outputs(runId), cancellation);
        await blobs.DeleteAsync(AttemptPaths.Files(runId), cancellation);
    }

    /// <summary>The actors of a run: itself, its parts and its jobs.</summary>
    private async IAsyncEnumerable<ActorId> ActorsAsync(ActorId run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return run;
        foreach (var (kind, folder) in new[] { (ActorKindNames.Part, "parts/"), (ActorKindNames.Job, "jobs/") })
        {
            await foreach (var listed in store.ListAsync(run.Path + folder, null, cancellation))
                if (listed.Path.EndsWith("/request/", StringComparison.Ordinal)) yield return new(kind, listed.Path[..^"request/".Length]);
        }
    }
}

/// <summary>That a run is being purged.</summary>
internal sealed record PurgeNote(RunIndexEntry Entry);

namespace Updraft.Orchestration;

/// <summary>
/// Stores an actor's documents, and ends it. Activities may run twice, and late: a write is known by generation and number, and one that
/// is older than what is stored does nothing.
/// </summary>
internal sealed class ActorWriter(IStateStore store, Inbox inbox, ActorClient actors, ActorKinds kinds)
{
    public async Task PublishPagesAsync(PublishPages publish, CancellationToken cancellation)
    {
        foreach (var page in publish.Pages) await PutPageAsync(publish.Id, new(publish.Generation, publish.Write, page.Content), page.Number, cancellation);
    }

    public async Task<PublishedActor> PublishAsync(PublishActor publish, CancellationToken cancellation)
    {
        var head = await StoreAsync(publish, publish.Head, cancellation);
        return new(head.ETag, Over: IsOver(publish, head.Value));
    }

    /// <summary>
    /// Ends the actor if nothing is left in its inbox. What is told from then on finds it final and opens it again; what was told before that
    /// is found by listing again. So nothing told is lost.
    /// </summary>
    public async Task<PublishedActor> EndAsync(PublishActor end, CancellationToken cancellation)
    {
        // Read before the head is final, so that it is never the marker of the next generation that goes.
        var marker = await store.GetAsync(ActorPaths.Open(end.Id), cancellation);
        var told = await inbox.ReadAsync(end.Id, end.Head.Taken, cancellation);
        var head = await StoreAsync(end, end.Head with { Final = told.Entries.Count == 0 }, cancellation);
        if (!IsOver(end, head.Value)) return new(head.ETag, Over: false, told);

        if (head.Value.Final)
        {
            await inbox.DeleteAsync(end.Id, end.Head.Taken, cancellation);
            if (marker is not null) await store.DeleteAsync(ActorPaths.Open(end.Id), marker.ETag, cancellation);
            told = await inbox.ReadAsync(end.Id, end.Head.Taken, cancellation);
        }
        // An actor that this activity, perhaps in an earlier attempt, or a teller has opened again must be running.
        if (!head.Value.Final || told.Entries.Count > 0 || await kinds.Of(end.Id).IsNeededAsync(end.Id, cancellation)) await actors.WakeAsync(end.Id, ensureStarted: true, cancellation);
        return new(head.ETag, Over: true);
    }

    private static bool IsOver(PublishActor publish, ActorHead stored) => stored.Final || stored.Generation > publish.Head.Generation;

    /// <summary>Stores the head unless it, or a later one, is stored already; returns what is there.</summary>
    private async Task<Stored<ActorHead>> StoreAsync(PublishActor publish, ActorHead head, CancellationToken cancellation)
    {
        await PublishPagesAsync(new(publish.Id, head.Generation, head.Write, publish.Pages), cancellation);
        for (var follows = publish.ETag; ;)
        {
            var condition = follows is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(follows);
            if (await store.PutAsync(ActorPaths.Head(publish.Id), head, condition, WriteId(head), publish.Summary, cancellation) is { } etag)
            {
                await kinds.Of(publish.Id).StoredAsync(publish.Id, head, publish.Summary, cancellation);
                return new(head, etag);
            }
            var found = await store.GetAsync<ActorHead>(ActorPaths.Head(publish.Id), cancellation);
            // Purged: what is late does not bring it back.
            if (found is null && follows is not null) return new(head with { Final = true }, follows);
            if (found is not null && Order(found.Value.Generation, found.Value.Write, head.Generation, head.Write) is var order and >= 0)
            {
                if (order == 0) await kinds.Of(publish.Id).StoredAsync(publish.Id, found.Value, publish.Summary, cancellation);
                return found;
            }
            follows = found?.ETag;
        }
    }

    private async Task PutPageAsync(ActorId id, StoredPage page, int number, CancellationToken cancellation)
    {
        var path = ActorPaths.Page(id, number);
        for (var condition = WriteCondition.IfAbsent; ;)
        {
            if (await store.PutAsync(path, page, condition, $"{page.Generation}.{page.Write}", cancellation: cancellation) is not null) return;
            var found = await store.GetAsync<StoredPage>(path, cancellation);
            if (found is not null && Order(found.Value.Generation, found.Value.Write, page.Generation, page.Write) >= 0) return;
            condition = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
        }
    }

    private static string WriteId(ActorHead head) => $"{head.Generation}.{head.Write}.{(head.Final ? "final" : "open")}";

    private static int Order(int generation, long write, int otherGeneration, long otherWrite) => (generation, write).CompareTo((otherGeneration, otherWrite));
}

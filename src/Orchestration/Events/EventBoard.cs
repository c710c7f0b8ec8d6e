namespace Updraft.Orchestration;

/// <summary>
/// Where events and waits meet. Who sends stores the event and then reads the waits; who waits stores the wait and then reads the events: one
/// of the two sees the other. What becomes of an event is one put-if-match on its document, so that all who look agree.
/// </summary>
internal sealed class EventBoard(IStateStore store, ActorClient actors, TimeProvider clock)
{
    private readonly RunReader _runs = new(store);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Decides what becomes of an event, if nobody has yet; null when the event is gone.</summary>
    public async Task<StoredEvent?> DecideAsync(string key, string name, string path, CancellationToken cancellation)
    {
        while (await store.GetAsync<StoredEvent>(path, cancellation) is { } found)
        {
            if (found.Value.Decision is not EventDecision.Open) return found.Value;
            var decided = await DecideAsync(key, name, found.Value, cancellation);
            if (await store.PutAsync(path, decided, WriteCondition.IfMatch(found.ETag), cancellation: cancellation) is not null) return decided;
        }
        return null;
    }

    /// <summary>The open waits of a name and key, and whether an unfinished run has had one that is over.</summary>
    public async Task<(IReadOnlyList<StoredWait> Open, bool Had)> WaitsAsync(string key, string name, CancellationToken cancellation)
    {
        var open = new List<StoredWait>();
        var had = false;
        await foreach (var listed in store.ListAsync(EventPaths.Waits(key, name), null, cancellation))
        {
            if (await store.GetAsync<StoredWait>(listed.Path, cancellation) is not { Value: var wait }) continue;
            if (await IsOpenAsync(wait, cancellation)) open.Add(wait);
            else had = had || await IsUnfinishedAsync(wait.RunId, cancellation);
        }
        return (open, had);
    }

    /// <summary>
    /// Whether none of those to whom an event was delivered took it, or will: they took another, or ended just then. It is as good as kept.
    /// </summary>
    public async Task<bool> IsLeftAsync(string key, string name, StoredEvent delivered, CancellationToken cancellation)
    {
        foreach (var instance in delivered.To)
        {
            if (await store.GetAsync<StoredWait>(EventPaths.Wait(key, name, instance), cancellation) is not { Value: var wait }) continue;
            if (wait.EventId == delivered.Id || wait.Before.Contains(delivered.Id) || await IsOpenAsync(wait, cancellation)) return false;
        }
        return true;
    }

    /// <summary>Makes a try that waits look.</summary>
    /// <param name="wait">What waits.</param>
    /// <param name="cause">Names why, so that one cause wakes once.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task WakeAsync(StoredWait wait, string cause, CancellationToken cancellation) => actors.TellAsync(new()
    {
        Id = JobPaths.Of(wait.RunId, wait.AttemptId), EntryId = "event-" + EventPaths.HashOf(cause), Kind = JobCommands.Wake, Body = NoBody.Json,
    }, cancellation);

    /// <summary>Whether a run is there and has not ended.</summary>
    public async Task<bool> IsUnfinishedAsync(string runId, CancellationToken cancellation) => await _runs.GetAsync(runId, cancellation) is { Final: false };

    /// <summary>Notes that a document may be removed once a time has passed.</summary>
    public Task ExpireAsync(string path, DateTimeOffset at, CancellationToken cancellation) =>
        store.PutAsync(EventPaths.Expiry(at, path), new ExpiryEntry(path), WriteCondition.None, cancellation: cancellation);

    // Late is only what comes after the end of a wait; of several waits, one that is open is enough.
    private async Task<StoredEvent> DecideAsync(string key, string name, StoredEvent undecided, CancellationToken cancellation)
    {
        var (open, had) = await WaitsAsync(key, name, cancellation);
        if (open.Count == 0) return undecided with { Decision = had ? EventDecision.Late : EventDecision.Kept };
        return undecided with
        {
            Decision = EventDecision.Delivered,
            To = [.. open.Select(wait => wait.Instance)],
            Takers = open.Count(wait => !wait.Exclusive) + (open.Any(wait => wait.Exclusive) ? 1 : 0),
        };
    }

    private async Task<bool> IsOpenAsync(StoredWait wait, CancellationToken cancellation) =>
        wait.EventId is null && !await JobPaths.IsOverAsync(actors, JobPaths.Of(wait.RunId, wait.AttemptId), cancellation);
}

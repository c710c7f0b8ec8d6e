using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A try's wait for an event.</summary>
public sealed record EventWait
{
    /// <summary>The event's name.</summary>
    public required string Name { get; init; }

    /// <summary>The event's key.</summary>
    public required string Key { get; init; }

    /// <summary>The run that waits.</summary>
    public required string RunId { get; init; }

    /// <summary>Full id of the task that waits.</summary>
    public required string TaskId { get; init; }

    /// <summary>Map keys of the instance, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The try that waits: a sensor, whose actor is woken when the event is there.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Whether, of all that wait so, only one gets an event. Default false: every wait gets it.</summary>
    public bool Exclusive { get; init; }
}

/// <summary>An event that a wait took.</summary>
/// <param name="Id">The event.</param>
/// <param name="Data">Its data; null for none.</param>
public sealed record TakenEvent(string Id, JsonElement? Data);

/// <summary>Waits for events. Thread-safe; one call at a time for a try.</summary>
public sealed class EventWaits(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>Events of earlier tries that a wait remembers.</summary>
    private const int MaxBefore = 100;

    private readonly EventBoard _board = new(store, actors, clock);

    /// <summary>
    /// Opens the wait, if that has not been done, and takes the oldest event that is there for it; the same one when it is asked again after a
    /// crash. Null when there is none yet: the actor of the try is then woken when one comes.
    /// </summary>
    /// <exception cref="Dags.UpdraftException"><see cref="EventErrors.Refused"/>.</exception>
    public async Task<TakenEvent?> TakeAsync(EventWait wait, CancellationToken cancellation = default)
    {
        EventMessage.CheckName(wait.Name);
        EventMessage.CheckText("key", wait.Key);
        var instance = EventPaths.Instance(wait.RunId, wait.TaskId, wait.Keys);
        var path = EventPaths.Wait(wait.Key, wait.Name, instance);
        var mine = await OpenAsync(wait, instance, path, cancellation);
        if (mine.Value.EventId is { } taken) return new(taken, mine.Value.Data);

        var candidates = await CandidatesAsync(wait, mine.Value, cancellation);
        foreach (var candidate in candidates)
        {
            if (wait.Exclusive && !await TakeAloneAsync(wait, instance, candidate, cancellation)) continue;
            var closed = mine.Value with { EventId = candidate.Id, Data = candidate.Data };
            // When the wait has changed, another execution of the same try has taken an event: that one holds.
            if (await store.PutAsync(path, closed, WriteCondition.IfMatch(mine.ETag), cancellation: cancellation) is null) return await TakeAsync(wait, cancellation);
            if (candidates.Count > 1) await PassOnAsync(wait, candidate.Id, cancellation);
            return new(candidate.Id, candidate.Data);
        }
        return null;
    }

    private async Task<Stored<StoredWait>> OpenAsync(EventWait wait, string instance, string path, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await store.GetAsync<StoredWait>(path, cancellation);
            if (found is not null && found.Value.AttemptId == wait.AttemptId) return found;
            if (found is null) await _board.ExpireAsync(path, _board.Now + EventSweep.WaitsStay, cancellation);
            var open = new StoredWait
            {
                Instance = instance, RunId = wait.RunId, AttemptId = wait.AttemptId, Exclusive = wait.Exclusive, Since = _board.Now,
                Before = found?.Value.EventId is { } before ? [.. found.Value.Before.Append(before).TakeLast(MaxBefore)] : found?.Value.Before ?? [],
            };
            var condition = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
            if (await store.PutAsync(path, open, condition, cancellation: cancellation) is { } etag) return new(open, etag);
        }
    }

    /// <summary>The events that this wait may take, oldest first.</summary>
    private async Task<List<StoredEvent>> CandidatesAsync(EventWait wait, StoredWait mine, CancellationToken cancellation)
    {
        var candidates = new List<StoredEvent>();
        await foreach (var listed in store.ListAsync(EventPaths.Events(wait.Key, wait.Name), null, cancellation))
        {
            if (await _board.DecideAsync(wait.Key, wait.Name, listed.Path, cancellation) is not { } found) continue;
            if (mine.Before.Contains(found.Id)) continue;
            // What was delivered is there for those who waited, however late they look; what is kept is there until it expires.
            var isMine = found.Decision is EventDecision.Delivered && found.To.Contains(mine.Instance);
            if (isMine || (found.ExpiresAt > _board.Now && await IsForAllAsync(wait, found, cancellation))) candidates.Add(found);
        }
        return [.. candidates.OrderBy(found => found.SentAt).ThenBy(found => found.Id, StringComparer.Ordinal)];
    }

    private async Task<bool> IsForAllAsync(EventWait wait, StoredEvent found, CancellationToken cancellation) => found.Decision switch
    {
        EventDecision.Kept => true,
        EventDecision.Delivered => await _board.IsLeftAsync(wait.Key, wait.Name, found, cancellation),
        _ => false,
    };

    /// <summary>Several events went to this wait, which takes one: the others are for whoever else waits.</summary>
    private async Task PassOnAsync(EventWait wait, string taken, CancellationToken cancellation)
    {
        foreach (var other in (await _board.WaitsAsync(wait.Key, wait.Name, cancellation)).Open)
            await _board.WakeAsync(other, $"{wait.AttemptId} took {taken}", cancellation);
    }

    /// <summary>Takes an event that only one of those that ask for it alone may have. False when another has it.</summary>
    private async Task<bool> TakeAloneAsync(EventWait wait, string instance, StoredEvent candidate, CancellationToken cancellation)
    {
        var path = EventPaths.Event(wait.Key, wait.Name, candidate.Id);
        while (await store.GetAsync<StoredEvent>(path, cancellation) is { } found)
        {
            if (found.Value.TakenBy is { } holder) return holder == instance;
            if (await store.PutAsync(path, found.Value with { TakenBy = instance }, WriteCondition.IfMatch(found.ETag), cancellation: cancellation) is not null) return true;
        }
        return false;
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Sends events to runs that wait for them. Thread-safe. A call may be repeated after a failure: the event is one by its id.</summary>
public sealed class EventClient(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>An event stays so much longer than it can be taken, so that a duplicate that comes late is still known.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private readonly EventBoard _board = new(store, actors, clock);

    /// <summary>Sends an event. Once this returns, it is stored, and whoever waits for it is on the way.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="EventErrors.Refused"/>.</exception>
    public async Task<EventOutcome> SendAsync(EventMessage message, CancellationToken cancellation = default)
    {
        message.Checked();
        var now = clock.GetUtcNow();
        var path = EventPaths.Event(message.Key, message.Name, message.Id);
        var stored = new StoredEvent { Id = message.Id, Data = message.Data, SentAt = now, ExpiresAt = now + message.TimeToLive };
        await _board.ExpireAsync(path, stored.ExpiresAt + Grace, cancellation);
        var isNew = await store.PutAsync(path, stored, WriteCondition.IfAbsent, cancellation: cancellation) is not null;

        // A duplicate finishes what a send that was cut short began.
        var decided = await _board.DecideAsync(message.Key, message.Name, path, cancellation);
        if (decided?.Decision is EventDecision.Delivered) await WakeAsync(message, decided, cancellation);
        if (!isNew || decided is null) return new(EventOutcomeKind.Duplicate, decided?.Takers ?? 0);
        return decided.Decision switch
        {
            EventDecision.Delivered => new(EventOutcomeKind.Delivered, decided.Takers),
            EventDecision.Late => new(EventOutcomeKind.Late),
            _ => new(EventOutcomeKind.Kept),
        };
    }

    /// <summary>The events of a key that are known, in no particular order.</summary>
    public async IAsyncEnumerable<KnownEvent> ListAsync(string key, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(EventPaths.AllEvents + DocumentPath.Of(key), null, cancellation))
        {
            if (await store.GetAsync<StoredEvent>(listed.Path, cancellation) is not { Value: var found }) continue;
            var name = NameOf(listed.Path);
            yield return new(name, key, found.Id, found.SentAt, found.ExpiresAt, Wording(found.Decision), found.Takers, found.Data);
        }
    }

    /// <summary>The waits of a key that are open, in no particular order.</summary>
    public async IAsyncEnumerable<OpenWait> WaitsAsync(string key, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var listed in store.ListAsync(EventPaths.AllWaits + DocumentPath.Of(key), null, cancellation)) names.Add(NameOf(listed.Path));
        foreach (var name in names)
            foreach (var wait in (await _board.WaitsAsync(key, name, cancellation)).Open)
                yield return new(name, key, wait.RunId, wait.AttemptId, wait.Exclusive, wait.Since);
    }

    private async Task WakeAsync(EventMessage message, StoredEvent delivered, CancellationToken cancellation)
    {
        foreach (var instance in delivered.To)
        {
            if (await store.GetAsync<StoredWait>(EventPaths.Wait(message.Key, message.Name, instance), cancellation) is not { Value: { EventId: null } wait }) continue;
            await _board.WakeAsync(wait, EventPaths.Event(message.Key, message.Name, message.Id), cancellation);
        }
    }

    private static string NameOf(string path) => DocumentPath.LastName(path[..(path.LastIndexOf('/', path.Length - 2) + 1)]);

    private static EventOutcomeKind? Wording(EventDecision decision) => decision switch
    {
        EventDecision.Delivered => EventOutcomeKind.Delivered,
        EventDecision.Kept => EventOutcomeKind.Kept,
        EventDecision.Late => EventOutcomeKind.Late,
        _ => null,
    };
}

/// <summary>An event that is known.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its id.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="ExpiresAt">When it can no longer be taken.</param>
/// <param name="Outcome">What became of it; null when its sending was cut short and nobody has met it since.</param>
/// <param name="Waits">How many waits it went to.</param>
/// <param name="Data">Its data; null for none.</param>
public sealed record KnownEvent(string Name, string Key, string Id, DateTimeOffset SentAt, DateTimeOffset ExpiresAt, EventOutcomeKind? Outcome, int Waits, JsonElement? Data);

/// <summary>A try that waits for an event.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Key">The event's key.</param>
/// <param name="RunId">The run that waits.</param>
/// <param name="AttemptId">The try that waits.</param>
/// <param name="Exclusive">Whether it takes the event alone.</param>
/// <param name="Since">Since when.</param>
public sealed record OpenWait(string Name, string Key, string RunId, string AttemptId, bool Exclusive, DateTimeOffset Since);

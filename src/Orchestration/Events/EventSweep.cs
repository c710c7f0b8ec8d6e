using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Removes events that have expired, and waits of runs that have ended. Its cost follows what is due. One at a time.</summary>
public sealed class EventSweep(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>How long a wait stays at least; of a run that has not ended by then, as long again.</summary>
    internal static readonly TimeSpan WaitsStay = TimeSpan.FromDays(7);

    private readonly EventBoard _board = new(store, actors, clock);

    /// <summary>Removes what is due.</summary>
    /// <returns>How many documents were removed.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation = default)
    {
        // Only days that are over: what expires today may still be there.
        var until = EventPaths.Expiries + EventPaths.Day(_board.Now);
        var removed = 0;
        await foreach (var listed in store.ListAsync(EventPaths.Expiries, null, cancellation))
        {
            if (string.CompareOrdinal(listed.Path, until) >= 0) break;
            if (await store.GetAsync<ExpiryEntry>(listed.Path, cancellation) is not { Value.Path: var path }) continue;
            if (await RemoveAsync(path, cancellation) is { } stays) await _board.ExpireAsync(path, stays, cancellation);
            else removed++;
            await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        }
        return removed;
    }

    /// <summary>Removes a document; where it stays, until when.</summary>
    private async Task<DateTimeOffset?> RemoveAsync(string path, CancellationToken cancellation)
    {
        if (await store.GetAsync(path, cancellation) is not { } found) return null;
        if (await StaysAsync(path, found, cancellation) is { } stays) return stays;
        // One that has changed meanwhile is looked at again the next time.
        return await store.DeleteAsync(path, found.ETag, cancellation) ? null : _board.Now;
    }

    private async Task<DateTimeOffset?> StaysAsync(string path, Document found, CancellationToken cancellation)
    {
        if (path.StartsWith(EventPaths.AllEvents, StringComparison.Ordinal)) return Later(Read<StoredEvent>(found).ExpiresAt);
        var wait = Read<StoredWait>(found);
        return Later(wait.Since + WaitsStay) ?? (await _board.IsUnfinishedAsync(wait.RunId, cancellation) ? _board.Now + WaitsStay : null);
    }

    private DateTimeOffset? Later(DateTimeOffset at) => at > _board.Now ? at : null;

    private static T Read<T>(Document found) => JsonSerializer.Deserialize<T>(found.Content.Span, OrchestrationJson.Options)!;
}

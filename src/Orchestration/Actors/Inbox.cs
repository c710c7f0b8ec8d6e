using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>The inboxes of actors: who tells writes an entry here, and the actor deletes it once its head document records that it was taken.</summary>
internal sealed class Inbox(IStateStore store, TimeProvider clock)
{
    /// <summary>Entries that one reading returns hold about this much, so that they fit a payload.</summary>
    private const int BatchBytes = 128 * 1024;

    /// <summary>Adds an entry, unless it is there already. The marker comes first, so that no entry is without one.</summary>
    public async Task AddAsync(ActorId id, string entryId, string kind, JsonElement body, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var marker = ActorPaths.Untold(at, id, entryId);
        await store.PutAsync(marker, new UntoldMarker(id, entryId), WriteCondition.None, cancellation: cancellation);
        var content = JsonSerializer.SerializeToUtf8Bytes(new InboxEntry { Id = entryId, Kind = kind, Body = body, At = at, Untold = marker }, OrchestrationJson.Options);
        // A small entry is its own summary, so that a listing reads it.
        var summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null;
        var written = await store.PutAsync(ActorPaths.Entry(id, entryId), new() { Content = content, If = WriteCondition.IfAbsent, Summary = summary }, cancellation);
        if (written is null) await store.DeleteAsync(marker, null, cancellation);
    }

    /// <summary>The oldest entries first, but those of <paramref name="taken"/>; and whether there are more.</summary>
    public async Task<InboxBatch> ReadAsync(ActorId id, IReadOnlyCollection<string> taken, CancellationToken cancellation)
    {
        var known = taken.ToHashSet(StringComparer.Ordinal);
        var entries = new List<InboxEntry>();
        var bytes = 0;
        await foreach (var (entry, size) in ListAsync(id, cancellation))
        {
            if (known.Contains(entry.Id)) continue;
            if (entries.Count > 0 && bytes + size > BatchBytes) return new(InOrder(entries), More: true);
            entries.Add(entry);
            bytes += size;
        }
        return new(InOrder(entries), More: false);
    }

    /// <summary>Deletes entries that were taken.</summary>
    public async Task DeleteAsync(ActorId id, IReadOnlyCollection<string> taken, CancellationToken cancellation)
    {
        if (taken.Count == 0) return;
        var known = taken.ToHashSet(StringComparer.Ordinal);
        await foreach (var (entry, _) in ListAsync(id, cancellation))
        {
            if (!known.Contains(entry.Id)) continue;
            await store.DeleteAsync(entry.Untold, null, cancellation);
            await store.DeleteAsync(ActorPaths.Entry(id, entry.Id), null, cancellation);
        }
    }

    private async IAsyncEnumerable<(InboxEntry Entry, int Bytes)> ListAsync(
        ActorId id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(ActorPaths.Inbox(id), null, cancellation))
        {
            ReadOnlyMemory<byte> content;
            if (listed.Summary is { } summary) content = Encoding.UTF8.GetBytes(summary);
            else if (await store.GetAsync(listed.Path, cancellation) is { } document) content = document.Content;
            else continue;
            yield return (JsonSerializer.Deserialize<InboxEntry>(content.Span, OrchestrationJson.Options)!, content.Length);
        }
    }

    private static List<InboxEntry> InOrder(List<InboxEntry> entries) =>
        [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Id, StringComparer.Ordinal)];
}

/// <summary>Entries of an inbox.</summary>
/// <param name="Entries">In the order in which they were told.</param>
/// <param name="More">Whether others are left.</param>
internal sealed record InboxBatch(IReadOnlyList<InboxEntry> Entries, bool More);

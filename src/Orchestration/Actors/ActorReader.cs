using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Reads what is stored of an actor when an execution of its orchestration begins.</summary>
internal sealed class ActorReader(IStateStore store, IOrchestrationClient orchestrations, SpecStore specs, Inbox inbox, ActorKinds kinds, TimeProvider clock)
{
    /// <summary>Histories that are kept of an actor that is opened again and again: the last may be about to end while the next begins.</summary>
    public const int HistoriesKept = 2;

    /// <summary>Spec and pages come with the first answer up to this many bytes; the inbox has the rest of the payload.</summary>
    private const int InlineBytes = 96 * 1024;

    public async Task<LoadedActor> LoadAsync(ActorInput input, CancellationToken cancellation)
    {
        var id = input.Id;
        var request = await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation);
        var head = await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation);
        if (request is null or { Value.PurgedAt: not null }) return new() { Large = [], Pages = [], Inbox = new([], false) };

        // An actor that was opened again needs its marker again. It gets a new etag, so that the end of the last generation cannot remove it.
        if (input.Generation > 1) await store.PutAsync(ActorPaths.Open(id), new OpenMarker(id, clock.GetUtcNow()), WriteCondition.None, cancellation: cancellation);

        if (input.Generation > HistoriesKept) await orchestrations.PurgeInstanceAsync(ActorInstanceId.Of(id, input.Generation - HistoriesKept), cancellation);

        var taken = head?.Value.Taken ?? [];
        await inbox.DeleteAsync(id, taken, cancellation);

        var large = new List<LargePart>();
        var room = InlineBytes;
        JsonElement? spec = null;
        if (kinds.Of(id).SpecOf(request.Value.Body) is { } hash)
            spec = Fit(await SpecAsync(id, hash, cancellation), new(hash, 0, 0));
        var pages = new List<JsonElement?>();
        for (var number = 0; number < (head?.Value.Pages ?? 0); number++)
            pages.Add(Fit(await PageAsync(id, number, cancellation), new(null, number, 0)));

        return new()
        {
            Request = request.Value.Body, Head = head?.Value, HeadETag = head?.ETag, Spec = spec, Large = large, Pages = pages,
            Inbox = await inbox.ReadAsync(id, taken, cancellation),
        };

        JsonElement? Fit(ReadOnlyMemory<byte> json, LargePart part)
        {
            if (json.Length > room)
            {
                large.Add(part with { Bytes = json.Length });
                return null;
            }
            room -= json.Length;
            return JsonSerializer.Deserialize<JsonElement>(json.Span);
        }
    }

    public async Task<string> LoadChunkAsync(LoadChunk chunk, CancellationToken cancellation)
    {
        var json = chunk.Part.SpecHash is { } hash ? await SpecAsync(chunk.Id, hash, cancellation) : await PageAsync(chunk.Id, chunk.Part.Page, cancellation);
        return Convert.ToBase64String(json.Span.Slice(chunk.Offset, Math.Min(LoadChunk.Bytes, json.Length - chunk.Offset)));
    }

    private async Task<ReadOnlyMemory<byte>> SpecAsync(ActorId id, string hash, CancellationToken cancellation) =>
        await specs.GetSpecAsync(hash, cancellation) ?? throw ActorErrors.SpecMissingOf(id, hash);

    private async Task<ReadOnlyMemory<byte>> PageAsync(ActorId id, int number, CancellationToken cancellation) =>
        await store.GetAsync<StoredPage>(ActorPaths.Page(id, number), cancellation) is { } page
            ? JsonSerializer.SerializeToUtf8Bytes(page.Value.Content)
            : "null"u8.ToArray();
}

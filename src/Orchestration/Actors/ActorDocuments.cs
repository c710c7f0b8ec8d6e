using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Body of an actor's request document.</summary>
public sealed record ActorRequest
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What it is asked.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>The workers that run it.</summary>
    public required string Lane { get; init; }

    /// <summary>Names given to its orchestrations.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>When all else of the actor was removed: then this is but a tombstone, which keeps its id from being used again. Null before.</summary>
    public DateTimeOffset? PurgedAt { get; init; }

    /// <summary>What is left of a purged actor.</summary>
    internal static ActorRequest Tombstone(DateTimeOffset at) =>
        new() { Body = JsonSerializer.SerializeToElement<object?>(null), Lane = "", Tags = new Dictionary<string, string>(), PurgedAt = at };
}

/// <summary>A page as it is stored: with the write that put it there, so that a late repetition of an older one is recognised.</summary>
internal sealed record StoredPage(int Generation, long Write, JsonElement Content);

/// <summary>Marks an actor as open.</summary>
internal sealed record OpenMarker(ActorId Id, DateTimeOffset At);

/// <summary>Input of the one orchestrator.</summary>
internal sealed record ActorInput(ActorId Id, int Generation);

/// <summary>Result of <see cref="ActivityNames.LoadActor"/>.</summary>
internal sealed record LoadedActor
{
    /// <summary>What the actor is asked; null when there is no such actor (any more).</summary>
    public JsonElement? Request { get; init; }

    public ActorHead? Head { get; init; }

    public string? HeadETag { get; init; }

    /// <summary>The spec, when it is small.</summary>
    public JsonElement? Spec { get; init; }

    /// <summary>What must be fetched in chunks; empty for a small actor.</summary>
    public required IReadOnlyList<LargePart> Large { get; init; }

    /// <summary>The small pages by number; null where <see cref="Large"/> has it.</summary>
    public required IReadOnlyList<JsonElement?> Pages { get; init; }

    public required InboxBatch Inbox { get; init; }
}

/// <summary>A spec (no page) or a page that is too large to come with the rest.</summary>
internal sealed record LargePart(string? SpecHash, int Page, int Bytes);

/// <summary>Input of <see cref="ActivityNames.LoadChunk"/>; the result is base64.</summary>
internal sealed record LoadChunk(ActorId Id, LargePart Part, int Offset)
{
    /// <summary>Bytes of a chunk: base64 makes 4 of 3.</summary>
    public const int Bytes = 180_000;
}

/// <summary>Input of <see cref="ActivityNames.PublishPages"/>.</summary>
internal sealed record PublishPages(ActorId Id, int Generation, long Write, IReadOnlyList<ActorPage> Pages);

/// <summary>Input of <see cref="ActivityNames.PublishActor"/> and <see cref="ActivityNames.EndActor"/>.</summary>
/// <remarks>The etag is that of the head which this one follows; null when there is none yet.</remarks>
internal sealed record PublishActor(ActorId Id, string? ETag, ActorHead Head, string? Summary, IReadOnlyList<ActorPage> Pages);

/// <summary>Result of <see cref="ActivityNames.PublishActor"/> and <see cref="ActivityNames.EndActor"/>.</summary>
/// <remarks>The etag of the head as it is now, whether this generation has ended, and what kept it from ending.</remarks>
internal sealed record PublishedActor(string ETag, bool Over, InboxBatch? Told = null);

/// <summary>Input of <see cref="ActivityNames.ReadInbox"/> and <see cref="ActivityNames.ClearInbox"/>.</summary>
internal sealed record TakenEntries(ActorId Id, IReadOnlyList<string> Taken);

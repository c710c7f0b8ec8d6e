using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>An event as it is stored. What becomes of it is decided once, by whoever comes first.</summary>
internal sealed record StoredEvent
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    public required string Id { get; init; }

    public JsonElement? Data { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public EventDecision Decision { get; init; }

    /// <summary>Once it is delivered: the waiting task instances that it went to.</summary>
    public ImmutableArray<string> To { get; init; } = [];

    /// <summary>Of <see cref="To"/>, how many it can go to: all that do not ask for it alone, and one of those that do.</summary>
    public int Takers { get; init; }

    /// <summary>The task instance that alone has it of those that ask for it so; null while there is none.</summary>
    public string? TakenBy { get; init; }
}

/// <summary>What has become of an event.</summary>
internal enum EventDecision
{
    /// <summary>It is stored, and nobody has looked who waits.</summary>
    Open,

    /// <summary>It went to those that waited, and to no others.</summary>
    Delivered,

    /// <summary>Nobody waited: who will, may take it.</summary>
    Kept,

    /// <summary>It is refused.</summary>
    Late,
}

/// <summary>A task instance's wait for an event: the one of its latest try.</summary>
internal sealed record StoredWait
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Names the task instance, whatever its try.</summary>
    public required string Instance { get; init; }

    public required string RunId { get; init; }

    /// <summary>The try that waits.</summary>
    public required string AttemptId { get; init; }

    public required bool Exclusive { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Id of the event that this try took; null while it waits.</summary>
    public string? EventId { get; init; }

    /// <summary>The data of that event; null for none.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Ids of events that earlier tries took, which this one ignores.</summary>
    public ImmutableArray<string> Before { get; init; } = [];
}

/// <summary>Leads to a document that is to be removed after a day.</summary>
internal sealed record ExpiryEntry(string Path);

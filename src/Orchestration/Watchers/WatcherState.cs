using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>What a watcher is asked: to look at conditions for as long as someone waits for them.</summary>
/// <param name="Operator">The sensor's operator.</param>
/// <param name="Backend">What the conditions have in common, when one call looks at many of them; null for a watcher of one condition.</param>
public sealed record WatcherRequest(string Operator, string? Backend);

/// <summary>What a watcher knows: the body of its head document. Who waits for what are documents of their own.</summary>
internal sealed record WatcherState
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    public long Revision { get; init; }

    /// <summary>When to look at the documents, or at the conditions, next; null while that is under way.</summary>
    public DateTime? NextAt { get; init; }

    /// <summary>When the conditions were looked at last; null for never.</summary>
    public DateTimeOffset? PokedAt { get; init; }

    /// <summary>How often they were looked at.</summary>
    public long Pokes { get; init; }

    /// <summary>When the last looks in a row failed for all conditions.</summary>
    public ImmutableArray<DateTimeOffset> Errors { get; init; } = [];

    /// <summary>Why the last look failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>How many waited at the last look.</summary>
    public int Waiters { get; init; }

    /// <summary>For how many conditions.</summary>
    public int Conditions { get; init; }

    /// <summary>Calls in a row that did not return.</summary>
    public int Losses { get; init; }

    /// <summary>When nobody waited any more; null while somebody does.</summary>
    public DateTime? EndedAt { get; init; }

    public static WatcherState Read(JsonElement body) => body.Deserialize<WatcherState>(OrchestrationJson.Options)!;
}

/// <summary>Input of <see cref="ActivityNames.WatchConditions"/>: look at what is due, and tell those whose wait has ended.</summary>
/// <param name="Watcher">The watcher.</param>
/// <param name="PokedAt">When the conditions were looked at last; null for never.</param>
/// <param name="Pokes">How often they were looked at.</param>
/// <param name="Errors">When the last looks in a row failed for all conditions.</param>
public sealed record WatchConditions(ActorId Watcher, DateTimeOffset? PokedAt, long Pokes, ImmutableArray<DateTimeOffset> Errors);

/// <summary>Result of <see cref="ActivityNames.WatchConditions"/>.</summary>
public sealed record WatchedConditions
{
    /// <summary>How many still wait.</summary>
    public required int Waiters { get; init; }

    /// <summary>For how many conditions.</summary>
    public required int Conditions { get; init; }

    /// <summary>When the conditions were looked at last.</summary>
    public DateTimeOffset? PokedAt { get; init; }

    /// <summary>How often they were looked at.</summary>
    public long Pokes { get; init; }

    /// <summary>When the last looks in a row failed for all conditions.</summary>
    public ImmutableArray<DateTimeOffset> Errors { get; init; } = [];

    /// <summary>Why the last look failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>When there is something to do again.</summary>
    public TimeSpan NextAfter { get; init; }
}

using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>An attempt that waits for a condition together with others: a document beside those of the condition's watcher.</summary>
public sealed record SharedWait
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The attempt, whom to tell how it ended, and its timeout.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>When it began to wait.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How it waits: its own deadline, and how often it would look.</summary>
    public required WaitPolicy Policy { get; init; }

    /// <summary>What it waits for, in words without secrets, at most 200 characters.</summary>
    public required string Condition { get; init; }

    /// <summary>Whether it looks for itself what others have seen before: after a retry or a clear, what was remembered until then does not count.</summary>
    public bool Anew { get; init; }

    /// <summary>Datasets that its success makes; null for none.</summary>
    public ImmutableArray<DatasetOutput>? Produced { get; init; }
}

/// <summary>Where an attempt waits: a document of its run.</summary>
/// <param name="Watcher">The actor that watches.</param>
/// <param name="Condition">The condition's key.</param>
internal sealed record WaitPlace(ActorId Watcher, string Condition);

/// <summary>That a condition held, for those who wait for it later.</summary>
/// <param name="Result">How a look that saw it ends.</param>
/// <param name="MetAt">When it was seen.</param>
public sealed record Remembered(AttemptResult Result, DateTimeOffset MetAt);

/// <summary>How the looks at a condition stand.</summary>
public sealed record WaitProgress
{
    /// <summary>What the operator wants to be handed at the next look; null for nothing.</summary>
    public System.Text.Json.JsonElement? State { get; init; }

    /// <summary>When the operator wants to look next; null when it leaves that to those who wait.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the last looks in a row failed, at most <see cref="WaitRules.MostErrors"/>. Empty by default.</summary>
    public ImmutableArray<DateTimeOffset> Errors { get; init; } = [];

    /// <summary>Why the last look failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Whether there is nothing to know.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEmpty => State is null && NextAt is null && Errors.IsEmpty;

    /// <summary>Whether both say the same.</summary>
    public bool Same(WaitProgress other) => NextAt == other.NextAt && Errors.SequenceEqual(other.Errors) && Error == other.Error
        && (State is { } state ? other.State is { } before && System.Text.Json.JsonElement.DeepEquals(state, before) : other.State is null);
}

using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.StartActor"/>. The result is nothing: once it returns, the actor exists and runs, or has ended already.</summary>
public sealed record StartActor
{
    /// <summary>The actor to create.</summary>
    public required ActorId Id { get; init; }

    /// <summary>What it is asked: its request document.</summary>
    public required JsonElement Request { get; init; }

    /// <summary>The workers that run it. Default <c>default</c>.</summary>
    public string Lane { get; init; } = "default";

    /// <summary>Names given to its orchestrations, as in <c>run</c> = its run's id. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>Input of <see cref="ActivityNames.TellActor"/>. The result is <see cref="ToldActor"/>.</summary>
public sealed record TellActor
{
    /// <summary>The actor to tell.</summary>
    public required ActorId Id { get; init; }

    /// <summary>Made from the cause, so that the same cause told twice is one entry; up to 200 characters.</summary>
    public required string EntryId { get; init; }

    /// <summary>What it is, as in <c>attempt-ended</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its content, up to 64 KB.</summary>
    public required JsonElement Body { get; init; }
}

/// <summary>Result of <see cref="ActivityNames.TellActor"/>.</summary>
/// <param name="Known">Whether there is such an actor; nothing was stored when there is none.</param>
public sealed record ToldActor(bool Known);

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Something told to an actor and not yet taken by it.</summary>
public sealed record InboxEntry
{
    /// <summary>Made from its cause.</summary>
    public required string Id { get; init; }

    /// <summary>What it is, as in <c>cancel</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its content.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>When it was told, by the teller's clock: entries that are taken together are taken in this order.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Path of the marker that goes with the entry.</summary>
    public required string Untold { get; init; }
}

/// <summary>Body of a marker under <see cref="ActorPaths.UntoldMarkers"/>.</summary>
/// <param name="Id">The actor that was told.</param>
/// <param name="EntryId">The entry.</param>
internal sealed record UntoldMarker(ActorId Id, string EntryId);

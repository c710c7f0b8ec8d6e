using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>An event that is sent to the runs that wait for it.</summary>
public sealed record SendEvent
{
    /// <inheritdoc cref="EventMessage.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="EventMessage.Key"/>
    public required string Key { get; init; }

    /// <inheritdoc cref="EventMessage.Id"/>
    /// <remarks>Null for one that is like no other.</remarks>
    public string? Id { get; init; }

    /// <inheritdoc cref="EventMessage.Data"/>
    public JsonElement? Data { get; init; }

    /// <summary>How long it is kept when nobody waits for it, as in <c>7d</c>; null for 7 days. At most 90 days.</summary>
    public string? TimeToLive { get; init; }

    internal EventMessage ToMessage(string ownId)
    {
        var message = new EventMessage { Name = Name, Key = Key, Id = Id ?? ownId, Data = Data };
        return TimeToLive is null ? message : message with { TimeToLive = Durations.Parse(TimeToLive) };
    }
}

/// <summary>What is known of a key.</summary>
/// <param name="Events">Its events, in no particular order.</param>
/// <param name="Waits">Its open waits, in no particular order.</param>
public sealed record EventsOfKey(ImmutableArray<KnownEvent> Events, ImmutableArray<OpenWait> Waits);

using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A message for the queue.</summary>
public sealed record SendMessage
{
    /// <inheritdoc cref="QueueMessage.Id"/>
    /// <remarks>Null for one that is like no other.</remarks>
    public string? Id { get; init; }

    /// <inheritdoc cref="QueueMessage.Body"/>
    public string Body { get; init; } = "";

    /// <inheritdoc cref="QueueMessage.Properties"/>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal QueueMessage ToMessage(string ownId) => new() { Id = Id ?? ownId, Body = Body, Properties = Properties };
}

/// <summary>A message is in the queue.</summary>
/// <param name="Id">The message.</param>
/// <param name="Driven">Whether a process takes messages from the queue now.</param>
public sealed record MessageSent(string Id, bool Driven);

using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>What is stored of an instance, as far as the engine works with it.</summary>
internal sealed record InstanceRow
{
    public required long N { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Lane { get; init; }

    public required string Tags { get; init; }

    public required bool IsOpen { get; init; }

    public required bool IsSuspended { get; init; }

    public required int Execution { get; init; }

    public required long Created { get; init; }

    /// <summary>Whether it was put out of memory with nothing but timers and events to wait for.</summary>
    public bool IsWaiting { get; init; }

    public required byte[]? Input { get; init; }

    public bool HasTag(InstanceTag tag) => ReadTags(Tags).TryGetValue(tag.Name, out var value) && value == tag.Value;

    public static string WriteTags(ImmutableSortedDictionary<string, string> tags) => tags.IsEmpty ? "{}" : JsonSerializer.Serialize(tags, OrchestrationJson.Options);

    public static ImmutableSortedDictionary<string, string> ReadTags(string json)
    {
        var empty = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        return json == "{}" ? empty : empty.AddRange(JsonSerializer.Deserialize<Dictionary<string, string>>(json, OrchestrationJson.Options)!);
    }
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.ExpandMap"/>: make the list of a map, name its items, and store them.</summary>
public sealed record ExpandMapRequest
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Hash of the DAG's pinned version; finds the spec.</summary>
    public required string DagHash { get; init; }

    /// <summary>Full id of the mapped group, or of the mapped task.</summary>
    public required string Region { get; init; }

    /// <summary>Where the map stands in outer maps, outermost first; empty for a map that is not nested.</summary>
    public ImmutableArray<MapPlace> Place { get; init; } = [];

    /// <summary>Outputs that the list and the keys read, by full task id.</summary>
    public ImmutableSortedDictionary<string, OutputRef> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, OutputRef>(StringComparer.Ordinal);

    /// <summary>Path under which the items are to be stored, in pages of 200 slots.</summary>
    public required string Items { get; init; }

    /// <summary>
    /// Path of the list made before, whose keys keep their slots; null for the first. An item whose key was there takes its slot, a new one
    /// the next free slot at the end, a slot whose key is gone is removed.
    /// </summary>
    public string? PreviousItems { get; init; }
}

/// <summary>Result of <see cref="ActivityNames.ExpandMap"/> and <see cref="ActivityNames.ReadMapKeys"/>.</summary>
public sealed record MapExpanded
{
    /// <summary>Slots, removed ones included.</summary>
    public int Count { get; init; }

    /// <summary>Keys by slot, when there are at most 200; null for a longer list, and when the keys are the slots' numbers.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Slots whose item is gone, for a list of at most 200 slots and in an answer to <see cref="ReadMapKeys"/>; for a longer list only their number counts.</summary>
    public IReadOnlyList<int> Removed { get; init; } = [];

    /// <summary>How many slots are removed.</summary>
    public int RemovedCount { get; init; }

    /// <summary>Why there is no list, at most 300 characters: what was wrong and how many; null when there is one.</summary>
    public string? Failure { get; init; }
}

/// <summary>Input of <see cref="ActivityNames.ReadMapKeys"/>: the keys of some slots of a list, for the part that owns them.</summary>
/// <param name="Items">Path under which the items are stored.</param>
/// <param name="From">The first slot.</param>
/// <param name="To">The slot after the last.</param>
public sealed record ReadMapKeys(string Items, int From, int To);

/// <summary>Result of <see cref="ActivityNames.RenderLimitKey"/>.</summary>
/// <param name="Key">The key; null when it could not be rendered.</param>
/// <param name="Failure">Why not; null when it could.</param>
public sealed record LimitKey(string? Key, string? Failure = null);

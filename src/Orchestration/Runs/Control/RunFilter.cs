using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Which runs are meant: those that fit all that is said.</summary>
public sealed record RunFilter
{
    internal static readonly ImmutableSortedDictionary<string, string> NoLabels = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Runs of this DAG; null for all DAGs.</summary>
    public string? Dag { get; init; }

    /// <summary>In one of these states; empty for any.</summary>
    public ImmutableArray<RunStatus> Statuses { get; init; } = [];

    /// <summary>With these labels. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>Started by this, as in <c>schedule</c>; null for anything.</summary>
    public string? Trigger { get; init; }

    /// <summary>Acknowledged at or after; null for no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Acknowledged before; null for no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <inheritdoc cref="RunRequest.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <summary>With these values of params that are <c>indexed</c>; text that spells a number means the number too. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Conf { get; init; } = NoLabels;

    /// <summary>Of this team; null for any.</summary>
    public string? Team { get; init; }

    /// <summary>With this in the id, the DAG's name, the business key, a label or the note, whatever its case; null for anything.</summary>
    public string? Text { get; init; }

    /// <summary>Only these; empty for any.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];
}

/// <summary>Runs that a filter found.</summary>
/// <param name="Ids">Newest first.</param>
/// <param name="Cut">Whether there may be more: only so many are found, and only so many are looked at, at once.</param>
public sealed record RunMatch(ImmutableArray<string> Ids, bool Cut)
{
    /// <summary>How many were found.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Count => Ids.Length;
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>What a pass of retention removed.</summary>
public sealed record RetentionReport
{
    /// <summary>Where the last one lies.</summary>
    public const string Path = "retention/last/";

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>When the pass began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Runs purged, but for their ids.</summary>
    public int Runs { get; init; }

    /// <summary>Runs whose logs were removed.</summary>
    public int Logs { get; init; }

    /// <summary>Runs whose outputs and files were removed.</summary>
    public int Outputs { get; init; }

    /// <summary>What had a time to live, ids of purged runs among it.</summary>
    public int Expired { get; init; }

    /// <summary>Watchers of conditions that nobody has waited for of late.</summary>
    public int Watchers { get; init; }

    /// <summary>Versions of DAGs that nothing refers to.</summary>
    public int Versions { get; init; }

    /// <summary>Packages that no version of a DAG and no run refers to.</summary>
    public int Packages { get; init; }

    /// <summary>What else was removed, by its name: alerts, backfills and the like.</summary>
    public ImmutableSortedDictionary<string, int> Others { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>What could not be looked after, at most 20 lines.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>What a part of a large map is asked: to run some of its instances and to tell the run how they stand.</summary>
public sealed record PartRequest
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Path of the run's documents.</summary>
    public required string RunPath { get; init; }

    /// <summary>The name under which the DAG is published; null for its own name.</summary>
    public string? Dag { get; init; }

    /// <summary>Hash of the DAG's pinned version.</summary>
    public required string DagHash { get; init; }

    /// <summary>What the part must know of the operators of its tasks, by name.</summary>
    public ImmutableSortedDictionary<string, OperatorTraits> Operators { get; init; } = ImmutableSortedDictionary.Create<string, OperatorTraits>(StringComparer.Ordinal);

    /// <summary>Whom to tell.</summary>
    public required ActorId Parent { get; init; }

    /// <summary>Names the part within the run.</summary>
    public required string Name { get; init; }

    /// <summary>Position of the region in the plan.</summary>
    public required int Region { get; init; }

    /// <summary>Where the map stands in outer maps, outermost first.</summary>
    public ImmutableArray<MapPlace> Place { get; init; } = [];

    /// <summary>The first slot.</summary>
    public required int From { get; init; }

    /// <summary>The workers of the run.</summary>
    public string Lane { get; init; } = "default";

    /// <inheritdoc cref="RunRequest.Root"/>
    public string? Root { get; init; }

    /// <inheritdoc cref="RunRequest.Previous"/>
    public string? Previous { get; init; }

    /// <summary>The run's logical date.</summary>
    public DateTime LogicalDate { get; init; }

    /// <summary>How the part begins.</summary>
    public required PartUpdate Outside { get; init; }

    /// <summary>Mapped instances at work at once in this part; null for no limit.</summary>
    public int? MaxActive { get; init; }
}

/// <summary>News for a part: how it stands outside. A higher version replaces a lower one.</summary>
public sealed record PartUpdate
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "outside";

    /// <summary>Counts the updates and commands sent to the part.</summary>
    public required long Version { get; init; }

    /// <summary>When the work ended that is the cause of this news; null in what was stored before this was noted.</summary>
    public DateTime? CausedAt { get; init; }

    /// <summary>The slot after the last.</summary>
    public required int To { get; init; }

    /// <summary>Which list the slots are of: 1 for the first made.</summary>
    public required int List { get; init; }

    /// <summary>Whether the list is there; false while it is being made anew.</summary>
    public required bool ListIsMade { get; init; }

    /// <summary>Tallies of the outside upstreams, by depth and position.</summary>
    public ImmutableArray<OutsideTally> Tallies { get; init; } = [];

    /// <summary>Outputs of outside upstreams that the part's templates read, by full task id.</summary>
    public ImmutableSortedDictionary<string, OutputRef> Outputs { get; init; } = ImmutableSortedDictionary.Create<string, OutputRef>(StringComparer.Ordinal);

    /// <summary>Priorities that were given by hand; null for none.</summary>
    public PriorityRules? Priorities { get; init; }

    /// <summary>Whether nothing new may start.</summary>
    public bool Paused { get; init; }

    /// <summary>How often the run was opened again; null for never.</summary>
    public int? Opened { get; init; }

    /// <summary>Whether nothing came of the list that was made last, so that nothing is left to do. Default false.</summary>
    public bool Dropped { get; init; }

    /// <summary>Why everything is to be stopped; null while nothing is.</summary>
    public string? Stop { get; init; }

    /// <summary>Whether teardowns are to be stopped too.</summary>
    public bool Force { get; init; }

    /// <summary>Clears and marks that the part may not have taken yet, in order.</summary>
    public ImmutableArray<PartClear> Clears { get; init; } = [];
}

/// <summary>A tally of outside upstreams.</summary>
public sealed record OutsideTally(int Depth, int Position, int Unfinished, int Success, int Failed, int UpstreamFailed, int Skipped, int Gates, int Skips);

/// <summary>A command that the run passes on to a part: a clear, or a mark, or that what never ran is decided anew.</summary>
/// <param name="Version">The first update that carried it.</param>
/// <param name="Clear">What to clear; null for another command.</param>
/// <param name="Mark">What to mark; null for another command.</param>
/// <param name="Anew">Tasks of which what never ran is decided anew, with what follows it; null for none, and without a clear and a mark for all.</param>
public sealed record PartClear(long Version, ClearCommand? Clear = null, MarkCommand? Mark = null, ImmutableArray<string>? Anew = null);

/// <summary>News for a run: how one of its parts stands.</summary>
public sealed record PartReport
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "part-report";

    /// <summary>The part.</summary>
    public required string Part { get; init; }

    /// <summary>Counts the part's reports; a lower one is stale.</summary>
    public required long Sequence { get; init; }

    /// <inheritdoc cref="PartUpdate.CausedAt"/>
    public DateTime? CausedAt { get; init; }

    /// <summary>The highest version of an update that the part has taken.</summary>
    public required long Seen { get; init; }

    /// <summary>The highest version of a command that was carried out: the work that it cleared is dead.</summary>
    public long Cleared { get; init; }

    /// <summary>Tasks of which instances that never ran were put back; null for none.</summary>
    public ImmutableArray<int>? Again { get; init; }

    /// <summary>Whether all its instances are final.</summary>
    public required bool Ended { get; init; }

    /// <summary>How its instances stand, for each task; empty while there are none, because their list is made anew.</summary>
    public required ImmutableArray<PartTally> Tasks { get; init; }

    /// <summary>The first failures, as <c>task[key]: reason</c>, 20 at most.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];
}

/// <summary>How the instances of one task stand in a part.</summary>
public sealed record PartTally(int Task, int Unfinished, int Success, int Failed, int UpstreamFailed, int Skipped);

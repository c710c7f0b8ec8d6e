using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>The head of a run's or part's document: what is not of one task instance.</summary>
public sealed record RunBody
{
    /// <summary>State of the run.</summary>
    public RunStatus Status { get; init; }

    /// <summary>When the run got its slot; null while it is queued.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When the run ended; null while it is under way.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Why it is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable code of what ended the run, when that was no task: its run timeout, or that nothing could go on; null otherwise.</summary>
    public string? Code { get; init; }

    /// <summary>Why everything is being stopped; null while nothing is.</summary>
    public string? Stopping { get; init; }

    /// <summary>Whether teardowns are stopped too.</summary>
    public bool Forced { get; init; }

    /// <summary>Whether a cancel, rather than a timeout, stops everything.</summary>
    public bool CancelAsked { get; init; }

    /// <summary>Priorities that were given by hand; null for none.</summary>
    public PriorityRules? Priorities { get; init; }

    /// <summary>Whether nothing new may start.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether the run holds a slot of its DAG.</summary>
    public bool HoldsSlot { get; init; }

    /// <summary>How often the run was opened by a command after its end.</summary>
    public int Opened { get; init; }

    /// <summary>How many clears and marks were carried out; null for none.</summary>
    public int? Changes { get; init; }

    /// <summary>The opening in which the run was late, 0 for the first; null for none.</summary>
    public int? LateIn { get; init; }

    /// <summary>Who waits to be told of an end; null for nobody.</summary>
    public ImmutableArray<Follower>? Followers { get; init; }

    /// <summary>Calls that must have returned before the actor may end; null for none.</summary>
    public ImmutableArray<OwedCall>? Outbox { get; init; }

    /// <summary>Commands that wait for the run's slot.</summary>
    public ImmutableArray<PendingCommand> Waiting { get; init; } = [];

    /// <summary>Maps whose list was asked for or decided.</summary>
    public ImmutableArray<ExpansionDocument> Maps { get; init; } = [];

    /// <summary>Groups with retries that are not in their first attempt.</summary>
    public ImmutableArray<GroupDocument> Groups { get; init; } = [];

    /// <summary>Clears that wait for work to die; null for none.</summary>
    public ImmutableArray<ClearDocument>? Clears { get; init; }

    /// <summary>For a part: what it was last told.</summary>
    public PartUpdate? Outside { get; init; }

    /// <summary>For a part: the highest version taken, and the reports sent.</summary>
    public long Seen { get; init; }

    /// <summary>For a part: how many reports it has sent.</summary>
    public long Reports { get; init; }

    /// <summary>Task instances by state, parts included.</summary>
    public ImmutableSortedDictionary<string, int> Counts { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
}

/// <summary>A command that was taken and not yet carried out.</summary>
public sealed record PendingCommand(string Id, string Kind, JsonElement Body);

/// <summary>A map's list, as stored.</summary>
public sealed record ExpansionDocument
{
    /// <summary>Names it: the region's number and the slots of the maps around it.</summary>
    public required string Name { get; init; }

    /// <summary>The region's id.</summary>
    public required string Region { get; init; }

    /// <summary>What has become of the list: open, expanding, expanded, skipped, upstream_failed or failed.</summary>
    public required string State { get; init; }

    /// <summary>Lists made so far.</summary>
    public int Lists { get; init; }

    /// <summary>Slots, removed ones included.</summary>
    public int Length { get; init; }

    /// <summary>Whether the stand-in is shown in place of instances.</summary>
    public bool StandIn { get; init; }

    /// <summary>Why nothing came of the list; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Parts that own the instances; empty for a short list.</summary>
    public ImmutableArray<PartDocument> Parts { get; init; } = [];
}

/// <summary>A part of a large map, as its run stores it.</summary>
public sealed record PartDocument
{
    /// <summary>The first slot, and the slot after the last.</summary>
    public required int From { get; init; }

    /// <inheritdoc cref="From"/>
    public required int To { get; init; }

    /// <summary>Names it within the run.</summary>
    public required string Name { get; init; }

    public bool Started { get; init; }

    public bool Ended { get; init; }

    public bool Shown { get; init; }

    public long Sequence { get; init; }

    public long Version { get; init; }

    public long MustHaveSeen { get; init; }

    public int? Places { get; init; }

    public string? Stop { get; init; }

    public bool Dirty { get; init; }

    public ImmutableArray<PartTally> Tasks { get; init; } = [];

    public ImmutableArray<PartClear> Clears { get; init; } = [];

    /// <summary>The first failures, 20 at most.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];
}

/// <summary>A clear that waits for work to die, as stored; its instances name it.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Reopen">Names of the maps whose lists are made anew then.</param>
public sealed record ClearDocument(string Id, ImmutableArray<string> Reopen);

/// <summary>A group with retries, as stored.</summary>
public sealed record GroupDocument(string Name, int Attempt, string Phase, DateTime? DueAt);

/// <summary>A page of a run's document: up to 200 task instances, by number.</summary>
public sealed record InstancePage
{
    /// <summary>Task instances on a page.</summary>
    public const int Size = 200;

    public required ImmutableArray<InstanceDocument> Instances { get; init; }
}

/// <summary>A task instance, as stored.</summary>
public sealed record InstanceDocument
{
    /// <summary>Full id of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Slots of its maps, outermost first; −1 stands for a list that is not there.</summary>
    public ImmutableArray<int> Place { get; init; } = [];

    /// <summary>Keys of its maps, outermost first, as far as there is a list.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    public TaskState State { get; init; }

    /// <summary>Whether it counts: false for a stand-in in whose place there are instances.</summary>
    public bool Shown { get; init; }

    public int Try { get; init; }

    public int TriesInRound { get; init; }

    public int Losses { get; init; }

    public OutputRef? Output { get; init; }

    public string? Reason { get; init; }

    public string? Code { get; init; }

    public DateTime? ScheduledAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? EndedAt { get; init; }

    public DateTime? DueAt { get; init; }

    public DateTime? TaskDeadline { get; init; }

    public TimeSpan? TaskTimeLeft { get; init; }

    /// <summary>What becomes of it once its work is dead: fail, clear or mark; null while it is not being stopped.</summary>
    public string? Stop { get; init; }

    public TaskState? StopTarget { get; init; }

    /// <summary>Since when it is being stopped; null while it is not.</summary>
    public DateTime? StoppingSince { get; init; }

    /// <summary>The clear that it is part of; null for none.</summary>
    public string? Clearing { get; init; }

    /// <summary>What a branch follows; null for none.</summary>
    public ImmutableArray<string>? Follow { get; init; }

    /// <summary>What a short-circuit said; null for none.</summary>
    public bool? Skip { get; init; }

    /// <summary>How it stands with its pools: waiting or held; null for neither.</summary>
    public string? Pools { get; init; }

    public string? LimitKey { get; init; }

    /// <summary>When its first try began; null for a task without a due time.</summary>
    public DateTime? FirstStartedAt { get; init; }

    /// <summary>The opening of the run in which it was late, 0 for the first; null for none.</summary>
    public int? LateIn { get; init; }

    /// <summary>Moments of which something is left to be done; null for none.</summary>
    public ImmutableArray<Moment>? Moments { get; init; }
}

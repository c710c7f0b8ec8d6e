using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>The head of the document of a DAG's actor: how far its schedule is, and what it is doing.</summary>
public sealed record DagBody
{
    /// <summary>Most drops that are kept; <see cref="Dropped"/> counts all.</summary>
    public const int MostDrops = 20;

    /// <summary>Most runs under way that are named.</summary>
    public const int MostActive = 100;

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The last change of the catalogue entry that was taken; 0 before the first.</summary>
    public long Sequence { get; init; }

    /// <summary>Hash of the current version; null when the DAG was removed.</summary>
    public string? Hash { get; init; }

    /// <summary>The current version's schedule; null for none.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <inheritdoc cref="DagSpec.PauseAfterFailures"/>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Whether the DAG makes no runs by itself.</summary>
    public bool Paused { get; init; }

    /// <summary>The cursor: every tick up to it was made, is <see cref="Pending"/>, or was dropped, and none of them is ever made again.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Ticks up to it are missed, however young: the end of the last pause; null when it never was paused.</summary>
    public DateTimeOffset? MissedUntil { get; init; }

    /// <summary>Schedules before this one whose last ticks are not decided yet, oldest first.</summary>
    public ImmutableArray<FormerSchedule> Former { get; init; } = [];

    /// <summary>The run that is being made: stored before it is made, so that whoever comes after a crash makes the same; null for none.</summary>
    public PendingRun? Pending { get; init; }

    /// <summary>The next tick; null when there is none.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>The run of the last tick that made one; null for none.</summary>
    public string? LastTickRun { get; init; }

    /// <summary>The last run made from datasets; null for none.</summary>
    public string? LastDatasetRun { get; init; }

    /// <summary>Runs that it made and that have not ended, the newest <see cref="MostActive"/>.</summary>
    public ImmutableArray<string> Active { get; init; } = [];

    /// <summary>Failed runs since the last success, the last pause or its end.</summary>
    public int FailuresInRow { get; init; }

    /// <summary>The last failed run; null for none.</summary>
    public string? LastFailed { get; init; }

    /// <summary>Runs that it made.</summary>
    public long Made { get; init; }

    /// <summary>Ticks and dataset events from which no run was made.</summary>
    public long Dropped { get; init; }

    /// <summary>The last <see cref="MostDrops"/> drops, newest last.</summary>
    public ImmutableArray<DroppedRuns> Drops { get; init; } = [];

    /// <summary>Dataset events that wait for others.</summary>
    public int Landed { get; init; }
}

/// <summary>A schedule that a new text has replaced.</summary>
/// <param name="Schedule">What it was; null for none.</param>
/// <param name="Until">When the new text was published: later ticks are the new text's.</param>
public sealed record FormerSchedule(ScheduleSpec? Schedule, DateTimeOffset Until);

/// <summary>Ticks or dataset events from which no run was made.</summary>
/// <param name="At">When that was decided.</param>
/// <param name="From">The first tick, or when the first event landed.</param>
/// <param name="To">The last.</param>
/// <param name="Count">How many; <see cref="DueTicks.MostCounted"/> stands for that many or more.</param>
/// <param name="Reason">Why.</param>
public sealed record DroppedRuns(DateTimeOffset At, DateTimeOffset From, DateTimeOffset To, int Count, string Reason);

/// <summary>A run that a DAG's actor has decided to make.</summary>
public sealed record PendingRun
{
    /// <summary>Its id, made of its cause.</summary>
    public required string RunId { get; init; }

    /// <summary>The catalogue entry that it was decided by.</summary>
    public required long Sequence { get; init; }

    /// <summary>What starts it: <see cref="Schedule"/> or <see cref="Dataset"/>.</summary>
    public required string Trigger { get; init; }

    /// <summary>The tick, or when the datasets were complete.</summary>
    public required DateTimeOffset LogicalDate { get; init; }

    /// <summary>The data interval; null for the last full one before the logical date.</summary>
    public DataInterval? Interval { get; init; }

    /// <inheritdoc cref="RunRequest.Previous"/>
    public string? Previous { get; init; }

    /// <inheritdoc cref="RunRequest.DatasetEvents"/>
    public ImmutableArray<string> DatasetEvents { get; init; } = [];

    /// <inheritdoc cref="RunRequest.Partition"/>
    public string? Partition { get; init; }

    /// <summary>What it does while earlier runs are under way.</summary>
    public Overlap Overlap { get; init; }

    /// <summary>Whether its tick was missed and is caught up with.</summary>
    public bool Missed { get; init; }

    /// <summary>The cursor before its tick; null for a run of datasets.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Whether it was heard to have ended before its making was.</summary>
    public bool Ended { get; init; }

    /// <summary>Trigger of a run that a tick makes.</summary>
    public const string Schedule = "schedule";

    /// <summary>Trigger of a run that datasets make.</summary>
    public const string Dataset = "dataset";
}

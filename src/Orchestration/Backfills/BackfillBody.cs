using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>How far a backfill is.</summary>
public sealed record BackfillBody
{
    /// <summary>Most failures that are named.</summary>
    public const int MostFailures = 20;

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Its state.</summary>
    public BackfillStatus Status { get; init; }

    /// <summary>Ticks of the range.</summary>
    public int Ticks { get; init; }

    /// <summary>Ticks that were begun: the next one is of this number.</summary>
    public int Begun { get; init; }

    /// <summary>Runs that succeeded.</summary>
    public int Succeeded { get; init; }

    /// <summary>Runs that failed, and ticks of which no run could be made.</summary>
    public int Failed { get; init; }

    /// <summary>Runs that were cancelled.</summary>
    public int Cancelled { get; init; }

    /// <summary>Ticks whose run was there and stayed as it was.</summary>
    public int Existing { get; init; }

    /// <summary>Its runs under way.</summary>
    public ImmutableArray<BackfillRun> Running { get; init; } = [];

    /// <summary>The last failures, each with its run and why.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];

    /// <summary>Whether its runs under way are cancelled with it.</summary>
    public bool CancelsRuns { get; init; }

    /// <summary>When its last run ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Ticks that are done with.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Done => Succeeded + Failed + Cancelled + Existing;
}

/// <summary>State of a backfill.</summary>
public enum BackfillStatus
{
    /// <summary>It makes runs.</summary>
    Running,

    /// <summary>It begins nothing new.</summary>
    Paused,

    /// <summary>It was cancelled, and runs of it are still under way.</summary>
    Cancelling,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>All ticks are done with.</summary>
    Done,
}

/// <summary>A run of a backfill that is under way.</summary>
/// <param name="Number">The tick's number in the backfill's order, from 0.</param>
/// <param name="Tick">The tick.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Followed">Whether the run is there and says when it ends.</param>
public sealed record BackfillRun(int Number, DateTimeOffset Tick, string RunId, bool Followed = false);

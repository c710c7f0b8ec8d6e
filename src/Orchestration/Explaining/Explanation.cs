using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Why a run or task is not running now.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Task">The task instance, as in <c>fit[SEA]</c>; null for the run.</param>
/// <param name="State">Its state, in snake case; null when there is no such instance yet.</param>
/// <param name="Causes">All that keeps it from running, what counts most first; empty when it runs or has ended.</param>
public sealed record Explanation(string RunId, string? Task, string? State, ImmutableArray<Cause> Causes)
{
    /// <summary>The explanation in one sentence.</summary>
    public string Text => Causes is [var first, ..] ? first.Text : State is null ? "there is no such task instance" : $"it is {State}";
}

/// <summary>Something that keeps a run or task from running.</summary>
public sealed record Cause
{
    /// <summary>What it is.</summary>
    public required CauseKind Kind { get; init; }

    /// <summary>One clear sentence.</summary>
    public required string Text { get; init; }

    /// <summary>The run that is waited for; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>The upstreams that are waited for. Empty by default.</summary>
    public ImmutableArray<UpstreamFact> Upstreams { get; init; } = [];

    /// <summary>The limit that is full; null for none.</summary>
    public LedgerFact? Limit { get; init; }

    /// <summary>When it goes on or is looked at next; null when that is not known.</summary>
    public DateTime? Until { get; init; }

    /// <summary>Since when; null when that is not known.</summary>
    public DateTime? Since { get; init; }

    /// <summary>The job's id where it runs; null for none.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>What can keep a run or task from running.</summary>
public enum CauseKind
{
    /// <summary>Its run, part or job was set aside by the watchdog.</summary>
    SetAside,

    /// <summary>The run waits for a run slot of its DAG.</summary>
    RunSlot,

    /// <summary>The run, or the task, waits for the run before.</summary>
    Past,

    /// <summary>The run is paused.</summary>
    Paused,

    /// <summary>Everything of the run is being stopped.</summary>
    RunStopping,

    /// <summary>Upstreams have not ended.</summary>
    Upstreams,

    /// <summary>The list of its map is not made yet.</summary>
    List,

    /// <summary>The part of the map that it belongs to has not started.</summary>
    Part,

    /// <summary>A pool or a limit per key is full.</summary>
    Pool,

    /// <summary>A limit within the run is full.</summary>
    RunLimit,

    /// <summary>Waits for its next try.</summary>
    Retry,

    /// <summary>Its group starts again at a set time.</summary>
    GroupRetry,

    /// <summary>A sensor's condition does not hold yet.</summary>
    Sensor,

    /// <summary>A job runs elsewhere.</summary>
    Job,

    /// <summary>An event has not come.</summary>
    Event,

    /// <summary>A person has not answered.</summary>
    Approval,

    /// <summary>Its work is being killed.</summary>
    Stopping,

    /// <summary>It is part of a clear that waits for work to die.</summary>
    Clearing,
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.TriggerRun"/>: a run that a DAG's actor has decided to make.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Run">The run.</param>
/// <param name="Active">Runs that may be under way, of those that the actor made.</param>
public sealed record TriggerPending(string Dag, PendingRun Run, ImmutableArray<string> Active);

/// <summary>Result of <see cref="ActivityNames.TriggerRun"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why there is no run; null when there is.</param>
public sealed record TriggeredPending(TriggerOutcome Outcome, string? Reason = null)
{
    /// <summary>Runs that were thought to be under way and have ended. Empty when that was not looked at.</summary>
    public ImmutableArray<string> Ended { get; init; } = [];
}

/// <summary>What became of a run that was decided.</summary>
public enum TriggerOutcome
{
    /// <summary>It is there.</summary>
    Made,

    /// <summary>Another is under way, and the schedule does not let them overlap.</summary>
    Skipped,

    /// <summary>It was refused, as when too many wait.</summary>
    Refused,

    /// <summary>So many runs of the DAG wait already that ticks that were missed wait too.</summary>
    Held,

    /// <summary>The catalogue entry has changed since.</summary>
    Stale,
}

/// <summary>Input of <see cref="ActivityNames.PauseDag"/>: pauses a DAG after failed runs, unless its catalogue entry has changed, and raises an alert.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Sequence">The catalogue entry that it was decided by.</param>
/// <param name="Failures">Failed runs in a row.</param>
/// <param name="RunId">The last of them.</param>
public sealed record PauseDag(string Dag, long Sequence, int Failures, string RunId);

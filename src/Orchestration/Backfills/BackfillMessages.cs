using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.BackfillRun"/>: makes or clears the run of a tick, and asks it to say when it has ended.</summary>
/// <param name="Request">The backfill.</param>
/// <param name="Owner">The backfill's actor.</param>
/// <param name="Run">The run.</param>
/// <param name="Interval">The tick's data interval.</param>
/// <param name="Previous">The run of the tick before, if there is one; null for none.</param>
public sealed record BeginBackfillRun(BackfillRequest Request, ActorId Owner, BackfillRun Run, DataInterval Interval, string? Previous);

/// <summary>Result of <see cref="ActivityNames.BackfillRun"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why there is no run; null when there is.</param>
public sealed record BegunBackfillRun(BackfillOutcome Outcome, string? Reason = null);

/// <summary>What became of the run of a tick.</summary>
public enum BackfillOutcome
{
    /// <summary>It is under way, and will say when it has ended.</summary>
    Followed,

    /// <summary>It is there and stays as it is.</summary>
    Existing,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>So many runs of the DAG wait already that it must be tried again later.</summary>
    Full,
}

/// <summary>Pauses a backfill, or lets it go on.</summary>
/// <param name="Paused">True to begin nothing new.</param>
public sealed record PauseBackfill(bool Paused)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "pause-backfill";
}

/// <summary>Cancels a backfill: nothing new is begun.</summary>
/// <param name="Runs">Whether its runs under way are cancelled too.</param>
public sealed record CancelBackfill(bool Runs)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "cancel-backfill";
}

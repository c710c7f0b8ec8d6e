using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.StopAttempt"/>.</summary>
/// <param name="AttemptId">The attempt.</param>
public sealed record StopAttempt(string AttemptId);

/// <summary>Result of <see cref="ActivityNames.StopAttempt"/>.</summary>
/// <param name="Held">Whether an activity held the attempt and was told. Its own result says when the work is dead.</param>
public sealed record StoppedAttempt(bool Held);

/// <summary>Input of <see cref="ActivityNames.SubmitJob"/>. It may come twice: the second must find the first's job by the attempt's id.</summary>
/// <param name="Attempt">The attempt.</param>
public sealed record SubmitJob(AttemptRequest Attempt);

/// <summary>Result of <see cref="ActivityNames.SubmitJob"/>. Exactly one of <see cref="ExternalId"/> and <see cref="Ended"/> is set.</summary>
public sealed record SubmittedJob
{
    /// <summary>The job's id at the backend; null when there is no job.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What the operator wants to be handed at the next check, up to 2 KB; null for nothing.</summary>
    public JsonElement? State { get; init; }

    /// <summary>How the attempt ended without a job, as when the backend refused it; null when there is one.</summary>
    public AttemptResult? Ended { get; init; }

    /// <summary>How to wait for it; null for <see cref="WaitPolicy.Job"/>.</summary>
    public WaitPolicy? Policy { get; init; }
}

/// <summary>Input of <see cref="ActivityNames.CheckJob"/>.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="ExternalId">The job's id at the backend.</param>
/// <param name="State">What the operator handed over last; null for nothing.</param>
public sealed record CheckJob(AttemptRequest Attempt, string ExternalId, JsonElement? State);

/// <summary>Result of <see cref="ActivityNames.CheckJob"/>. The check has appended to the attempt's log what the job wrote since the last one.</summary>
public sealed record CheckedJob
{
    /// <summary>What the backend says.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>How the attempt ended; null while the job runs. A job that <see cref="JobStatus.Vanished"/> may leave it out: the same try is then submitted again, and has failed after 3 losses.</summary>
    public AttemptResult? Result { get; init; }

    /// <summary>What the operator wants to be handed at the next check, up to 2 KB; null for nothing.</summary>
    public JsonElement? State { get; init; }

    /// <summary>When to look again; null leaves it to the <see cref="WaitPolicy"/>.</summary>
    public TimeSpan? NextCheckAfter { get; init; }

    /// <summary>Why the backend could not be asked, at most 300 characters; null when it was.</summary>
    public string? Error { get; init; }
}

/// <summary>State of a remote job.</summary>
public enum JobStatus
{
    /// <summary>Queued or at work.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Failed, or killed.</summary>
    Failed,

    /// <summary>The backend does not know it (any more).</summary>
    Vanished,
}

/// <summary>Input of <see cref="ActivityNames.CancelJob"/>. It comes again until the job is dead.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="ExternalId">The job's id at the backend; null when the submission's outcome is unknown: then by the attempt's id, if such a job is there.</param>
/// <param name="State">What the operator handed over last; null for nothing.</param>
public sealed record CancelJob(AttemptRequest Attempt, string? ExternalId, JsonElement? State);

/// <summary>Result of <see cref="ActivityNames.CancelJob"/>.</summary>
/// <param name="Dead">Whether the backend confirms that nothing of the job is at work.</param>
/// <param name="Error">Why the backend could not be asked, at most 300 characters; null when it was.</param>
public sealed record CancelledJob(bool Dead, string? Error = null);

/// <summary>Input of <see cref="ActivityNames.PokeSensor"/>.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="State">What the sensor handed over last; null at the first poke.</param>
public sealed record PokeSensor(AttemptRequest Attempt, JsonElement? State);

/// <summary>Result of <see cref="ActivityNames.PokeSensor"/>.</summary>
public sealed record PokedSensor
{
    /// <summary>Whether the condition holds; then <see cref="Result"/> is set.</summary>
    public required bool Met { get; init; }

    /// <summary>How the attempt ended: a success when the condition holds, else a failure that no further poke can mend; null to go on.</summary>
    public AttemptResult? Result { get; init; }

    /// <summary>What the sensor wants to be handed at the next poke, up to 2 KB; null for nothing.</summary>
    public JsonElement? State { get; init; }

    /// <summary>When to look again; null leaves it to the <see cref="WaitPolicy"/>.</summary>
    public TimeSpan? NextPokeAfter { get; init; }

    /// <summary>Why it could not look, at most 300 characters; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>How to wait, taken from the first poke that says so; null for <see cref="WaitPolicy.Sensor"/>.</summary>
    public WaitPolicy? Policy { get; init; }
}

/// <summary>Result of <see cref="ActivityNames.StartWait"/>.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Result">How it ended at once: its condition is known to hold, or it cannot wait; null when it waits.</param>
public sealed record StartedWait(string AttemptId, AttemptResult? Result = null);

/// <summary>Input of <see cref="ActivityNames.StopWait"/>.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="RunPath">Path of its run.</param>
public sealed record StopWait(string AttemptId, string RunPath);

/// <summary>Result of <see cref="ActivityNames.StopWait"/>.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Over">Whether it waits no longer. Else it was told to stop, and will tell when it has.</param>
public sealed record StoppedWait(string AttemptId, bool Over);

/// <summary>How an attempt waits for something outside.</summary>
public sealed record WaitPolicy
{
    /// <summary>How a job is waited for when its operator does not say: from 1 second by factors of 1.5 up to 30.</summary>
    public static readonly WaitPolicy Job = new() { Interval = TimeSpan.FromSeconds(1), Backoff = 1.5, MaxInterval = TimeSpan.FromSeconds(30) };

    /// <summary>How a sensor waits when it does not say: 30 seconds, always.</summary>
    public static readonly WaitPolicy Sensor = new();

    /// <summary>Wait before the next look. Default 30 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Factor by which each further wait grows, 1 to 10. Default 1.</summary>
    public double Backoff { get; init; } = 1;

    /// <summary>Longest wait. Default 1 hour.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long to wait in all, from the start of the attempt; null for no bound but the task's.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether a missed <see cref="Deadline"/> skips the task rather than failing it. Default false.</summary>
    public bool SoftFail { get; init; }

    /// <summary>For how long it counts that the condition held once, where it stays true. Default 1 day.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many looks in a row may fail to reach the backend before the attempt fails, 0 to 127. Default 10.</summary>
    public int ErrorsTolerated { get; init; } = 10;
}

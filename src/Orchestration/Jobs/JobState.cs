using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>What a job actor knows: the body of its head document.</summary>
internal sealed record JobState
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    public long Revision { get; init; }

    public JobPhase Phase { get; init; } = JobPhase.Submitting;

    /// <summary>When the attempt began.</summary>
    public DateTime StartedAt { get; init; }

    /// <summary>The job's id at the backend; null before it is known, and for a sensor.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What the operator handed over last.</summary>
    public JsonElement? OperatorState { get; init; }

    /// <summary>How to wait; null until the operator says so.</summary>
    public WaitPolicy? Policy { get; init; }

    /// <summary>When to submit, look or cancel next; null while that is under way.</summary>
    public DateTime? NextAt { get; init; }

    /// <summary>Whether it was woken while it acted, and so acts once more after that.</summary>
    public bool Woken { get; init; }

    /// <summary>Looks since the job was submitted, or attempts to cancel it.</summary>
    public int Looks { get; init; }

    /// <summary>Looks in a row that did not reach the backend.</summary>
    public int Errors { get; init; }

    /// <summary>How often the backend lost the job.</summary>
    public int Losses { get; init; }

    /// <summary>How the attempt ends once the job is dead; null while nothing stops it.</summary>
    public AttemptResult? Stopping { get; init; }

    /// <summary>How it ended.</summary>
    public AttemptResult? Result { get; init; }

    /// <summary>The state in a head document; that of an attempt that has not begun when nothing is stored yet.</summary>
    public static JobState Read(JsonElement body) => body.ValueKind is JsonValueKind.Object ? body.Deserialize<JobState>(OrchestrationJson.Options)! : new();
}

/// <summary>What a job actor is about.</summary>
internal enum JobPhase
{
    /// <summary>Starts the job.</summary>
    Submitting,

    /// <summary>Looks at the job, or at the sensor's condition, now and then.</summary>
    Watching,

    /// <summary>Kills the job, until it is confirmed dead.</summary>
    Cancelling,

    /// <summary>Tells the parent how the attempt ended.</summary>
    Telling,

    /// <summary>Nothing is left to do.</summary>
    Done,
}

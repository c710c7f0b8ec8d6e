using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// An operator whose work runs elsewhere and outlives any worker: it is submitted, then looked at with growing waits, and cancelled on
/// request. No worker is held in between, so nothing is kept but the job's id and what the operator returned last.
/// </summary>
public interface IJobOperator : IOperator
{
    /// <summary>
    /// Starts the job. It may be called again for the same attempt, when a crash came before the id was stored: name the job after
    /// <see cref="TaskContext.AttemptId"/>, and return the one that is already there.
    /// </summary>
    Task<JobSubmission> SubmitAsync(TaskContext context, JsonElement fields, CancellationToken stop);

    /// <summary>Looks at the job, and appends what it wrote since the last look to <see cref="TaskContext.Log"/>.</summary>
    Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop);

    /// <summary>
    /// Kills the job. Returns true once the backend confirms that nothing of it is at work, also when there never was such a job; it is called
    /// again until then. Where <see cref="JobHandle.ExternalId"/> is null, a submission's outcome is unknown: look by the attempt's id.
    /// </summary>
    Task<bool> CancelAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop);
}

/// <summary>A job that was submitted.</summary>
/// <param name="ExternalId">Its id at the backend; null when a submission's outcome is unknown, which only a cancel meets.</param>
/// <param name="State">What the operator returned last; null for nothing.</param>
public sealed record JobHandle(string? ExternalId, JsonElement? State);

/// <summary>What a submission returned.</summary>
/// <param name="ExternalId">The job's id at the backend.</param>
public sealed record JobSubmission(string ExternalId)
{
    /// <summary>What to be handed at the next look, up to 2 KB of JSON; null for nothing.</summary>
    public JsonElement? State { get; init; }

    /// <summary>How to wait; null for <see cref="WaitPolicy.Job"/>.</summary>
    public WaitPolicy? Policy { get; init; }

    /// <summary>How the attempt has ended, where there is nothing to wait for; null for a job that is to be looked at.</summary>
    public TaskOutcome? Ended { get; init; }
}

/// <summary>What a look at a job found.</summary>
public sealed record JobCheck
{
    private JobCheck(JobStatus status) => Status = status;

    /// <summary>What the backend says.</summary>
    public JobStatus Status { get; }

    /// <summary>How the work ended; null while it runs, and for a job that vanished.</summary>
    public TaskOutcome? Outcome { get; private init; }

    /// <summary>What to be handed at the next look, up to 2 KB of JSON; null for nothing.</summary>
    public JsonElement? State { get; init; }

    /// <summary>When to look again; null leaves it to the policy.</summary>
    public TimeSpan? NextCheckAfter { get; init; }

    /// <summary>It is queued or at work.</summary>
    public static JobCheck Running(JsonElement? state = null) => new(JobStatus.Running) { State = state };

    /// <summary>It has ended, as <paramref name="outcome"/> says.</summary>
    public static JobCheck Ended(TaskOutcome outcome) =>
        new(outcome.Outcome is AttemptOutcome.Success or AttemptOutcome.Skipped ? JobStatus.Succeeded : JobStatus.Failed) { Outcome = outcome };

    /// <summary>The backend does not know it (any more): the same try runs again.</summary>
    public static JobCheck Vanished() => new(JobStatus.Vanished);
}

/// <summary>A job operator with typed fields.</summary>
/// <typeparam name="TFields">A record whose properties are the fields of <c>with</c>, in snake case.</typeparam>
public abstract class JobOperator<TFields> : IJobOperator
{
    /// <summary>Reads the manifest from the class and from <typeparamref name="TFields"/>.</summary>
    protected JobOperator() => Manifest = OperatorDescription.Of<TFields>(GetType(), OperatorKind.Job);

    /// <inheritdoc/>
    public OperatorManifest Manifest { get; }

    /// <inheritdoc cref="IJobOperator.SubmitAsync"/>
    public abstract Task<JobSubmission> SubmitAsync(TaskContext context, TFields fields, CancellationToken stop);

    /// <inheritdoc cref="IJobOperator.CheckAsync"/>
    public abstract Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop);

    /// <inheritdoc cref="IJobOperator.CancelAsync"/>
    public abstract Task<bool> CancelAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop);

    Task<JobSubmission> IJobOperator.SubmitAsync(TaskContext context, JsonElement fields, CancellationToken stop) =>
        SubmitAsync(context, Bind(fields), stop);

    Task<JobCheck> IJobOperator.CheckAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop) =>
        CheckAsync(context, job, Bind(fields), stop);

    Task<bool> IJobOperator.CancelAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop) =>
        CancelAsync(context, job, Bind(fields), stop);

    private TFields Bind(JsonElement fields) => OperatorFields.Bind<TFields>(Manifest.Name, fields);
}

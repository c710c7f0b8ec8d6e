using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>An operator whose work is done where it is called: one activity, minutes at most.</summary>
public interface IRunOperator : IOperator
{
    /// <summary>Does the work of one attempt.</summary>
    /// <param name="context">What the attempt is, and where it may write.</param>
    /// <param name="fields">The task's <c>with</c>, templates resolved.</param>
    /// <param name="stop">
    /// Cancelled when the attempt must end: its timeout, a cancel, a shutdown. Kill what was started, then return or throw: whatever is
    /// returned means that nothing of the work is left.
    /// </param>
    /// <exception cref="SkipTaskException">The task skips itself.</exception>
    /// <exception cref="FailTaskException">The task failed, and a retry would not help. Any other exception is a failure that may be retried.</exception>
    Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop);
}

/// <summary>A run operator with typed fields: derive from it, name the class with <see cref="OperatorAttribute"/>, and write <c>RunAsync</c>.</summary>
/// <typeparam name="TFields">A record whose properties are the fields of <c>with</c>, in snake case.</typeparam>
public abstract class RunOperator<TFields> : IRunOperator
{
    /// <summary>Reads the manifest from the class and from <typeparamref name="TFields"/>.</summary>
    protected RunOperator() => Manifest = OperatorDescription.Of<TFields>(GetType(), OperatorKind.Run);

    /// <inheritdoc/>
    public OperatorManifest Manifest { get; }

    /// <inheritdoc cref="IRunOperator.RunAsync"/>
    public abstract Task<TaskOutcome> RunAsync(TaskContext context, TFields fields, CancellationToken stop);

    Task<TaskOutcome> IRunOperator.RunAsync(TaskContext context, JsonElement fields, CancellationToken stop) =>
        RunAsync(context, OperatorFields.Bind<TFields>(Manifest.Name, fields), stop);
}

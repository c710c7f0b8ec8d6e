namespace Updraft.Operators;

/// <summary>
/// A task in C#: derive from it, and name the class in the DAG (<c>operator: code</c>, <c>class: Full.Type.Name</c>). Each attempt gets an
/// instance of its own, made by the public constructor without parameters.
/// </summary>
/// <typeparam name="TInput">What the task's <c>input</c> is read as; <see cref="System.Text.Json.JsonElement"/> to take it as it is.</typeparam>
/// <typeparam name="TOutput">What the task hands over, written as JSON in camel case.</typeparam>
public abstract class CodeTask<TInput, TOutput>
{
    /// <summary>Does the work.</summary>
    /// <param name="input">The task's <c>input</c>, templates resolved.</param>
    /// <param name="context">The attempt: run, keys, logger, scratch folder, files of the package.</param>
    /// <param name="stop">Cancelled when the attempt must end. Work that does not look at it cannot be stopped.</param>
    /// <exception cref="SkipTaskException">The task skips itself.</exception>
    /// <exception cref="FailTaskException">The task failed, and a retry would not help. Any other exception is a failure that may be retried.</exception>
    public abstract Task<TOutput> RunAsync(TInput input, TaskContext context, CancellationToken stop);
}

namespace Updraft.Dags;

/// <summary>A place where a template reads what an upstream task handed over.</summary>
/// <param name="TaskId">Full id of the task.</param>
/// <param name="Form">What of it is read.</param>
/// <param name="Key">The map key, for <see cref="OutputForm.OneInstance"/>; null otherwise.</param>
public sealed record OutputReference(string TaskId, OutputForm Form, string? Key = null);

/// <summary>What of a task's outputs a template reads.</summary>
public enum OutputForm
{
    /// <summary>The output of the one instance that the reader sees: a plain task, or the same index of the same mapped group.</summary>
    Single,

    /// <summary>The outputs of all instances of a mapped task, in order.</summary>
    All,

    /// <summary>The output of one mapped instance, by its key.</summary>
    OneInstance,
}

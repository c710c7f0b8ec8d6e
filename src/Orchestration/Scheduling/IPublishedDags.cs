namespace Updraft.Orchestration;

/// <summary>What the actors of DAGs must know of the catalogue.</summary>
public interface IPublishedDags
{
    /// <summary>Counts the changes of a DAG's entry; null when no such DAG is published.</summary>
    Task<long?> SequenceOfAsync(string dag, CancellationToken cancellation = default);

    /// <summary>What a run of a DAG begins with.</summary>
    /// <param name="name">The DAG.</param>
    /// <param name="version">Hash of the version; null for the current one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Dags.UpdraftException">There is no such DAG or version.</exception>
    Task<TriggerRun> PinAsync(string name, string? version = null, CancellationToken cancellation = default);

    /// <summary>Pauses a DAG, unless its entry has changed since a sequence.</summary>
    Task PauseAsync(string dag, long sequence, string reason, CancellationToken cancellation = default);
}

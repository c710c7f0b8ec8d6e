using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What the actors of DAGs must know of the catalogue.</summary>
public interface IPublishedDags
{
    /// <summary>Counts the changes of a DAG's entry; null when there is no such DAG.</summary>
    Task<long?> SequenceOfAsync(string dag, CancellationToken cancellation = default);

    /// <summary>A version of a DAG; null when there is none.</summary>
    /// <param name="dag">The DAG.</param>
    /// <param name="hash">The version; null for the current one.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<PublishedVersion?> VersionOfAsync(string dag, string? hash, CancellationToken cancellation = default);

    /// <summary>Pauses a DAG, unless its entry has changed since a sequence.</summary>
    Task PauseAsync(string dag, long sequence, string reason, CancellationToken cancellation = default);
}

/// <summary>A version of a DAG, with all that a run of it needs.</summary>
/// <param name="Hash">Names it.</param>
/// <param name="Dag">The DAG.</param>
/// <param name="Operators">Manifests of the operators that it uses.</param>
/// <param name="Package">Hash of its package; null for none.</param>
public sealed record PublishedVersion(string Hash, DagSpec Dag, ImmutableArray<OperatorManifest> Operators, string? Package);

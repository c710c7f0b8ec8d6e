using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A DAG to be published.</summary>
public sealed record PublishDag
{
    /// <summary>The DAG.</summary>
    public required DagSpec Spec { get; init; }

    /// <summary>Manifests of the operators that the DAG may use: those of its package count beside the host's.</summary>
    public IReadOnlyList<OperatorManifest> Operators { get; init; } = [];

    /// <summary>Hash of the package with the DAG's code and files; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>Who publishes, and to which team the DAG then belongs.</summary>
    public Caller By { get; init; } = Caller.Unknown;

    /// <summary>Publishes beside the DAG of this name, as <c>name@experiment</c>, and without its schedule; null for the DAG itself.</summary>
    public string? Experiment { get; init; }
}

/// <summary>Who changes the catalogue.</summary>
/// <param name="Name">The person or program; null when unknown. At most 200 characters.</param>
/// <param name="Team">The team for which it acts; null for none.</param>
/// <param name="AnyTeam">Whether it may change the DAGs of every team, as the system itself may.</param>
public sealed record Caller(string? Name, string? Team = null, bool AnyTeam = false)
{
    /// <summary>Nobody in particular.</summary>
    public static readonly Caller Unknown = new((string?)null);

    /// <summary>The system itself, as when a DAG pauses itself.</summary>
    public static readonly Caller System = new("updraft", AnyTeam: true);
}

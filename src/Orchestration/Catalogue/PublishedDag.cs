using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// The catalogue's one document of a DAG. Every change of it counts <see cref="Sequence"/>; what follows from a change (the version's own
/// entry, listeners, the word to the DAG's actor) is done afterwards, and is owed while <see cref="Told"/> is behind.
/// </summary>
public sealed record PublishedDag
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The name under which it is published, as in <c>etl</c> or <c>etl@wider</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version that runs are made of; null when the DAG was removed.</summary>
    public PublishedVersion? Current { get; init; }

    /// <summary>Which version was published last, from 1.</summary>
    public int LastNumber { get; init; }

    /// <summary>The team that may change it; null for everyone.</summary>
    public string? Team { get; init; }

    /// <summary>Whether it makes no runs by itself. Runs that somebody triggers are made.</summary>
    public bool Paused { get; init; }

    /// <summary>Why it is paused; null when nothing was said.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Who paused it; null when unknown.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Counts the changes.</summary>
    public long Sequence { get; init; }

    /// <summary>The last change of which all that follows was done.</summary>
    public long Told { get; init; }

    /// <summary>When the last change was made.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When the current version became current; kept after removal.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Whether it has an actor of its own, or had one: that is told of every change.</summary>
    public bool HasActor { get; init; }

    /// <inheritdoc cref="DagSpec.Lane"/>
    public string Lane { get; init; } = DagSpec.DefaultLane;

    /// <summary>The current version's schedule; null for none, and for every experiment.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <inheritdoc cref="DagSpec.PauseAfterFailures"/>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Datasets for which there may be a document that says that this DAG listens.</summary>
    public ImmutableArray<string> Listens { get; init; } = [];

    /// <summary>Whether it is an experiment beside a DAG.</summary>
    [JsonIgnore]
    public bool IsExperiment => CatalogueName.IsExperiment(Name);
}

/// <summary>A published version of a DAG.</summary>
public sealed record PublishedVersion
{
    /// <summary>Names its content: spec, package and the manifests of the operators that it uses. Runs pin it.</summary>
    public required string Hash { get; init; }

    /// <summary>Hash of the spec alone.</summary>
    public required string SpecHash { get; init; }

    /// <summary>Hash of its package; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>Counts the versions of the DAG, from 1. Content that is published again after another gets a new number.</summary>
    public required int Number { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Who published it; null when unknown.</summary>
    public string? PublishedBy { get; init; }
}

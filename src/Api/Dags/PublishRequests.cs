using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A DAG to be published.</summary>
public sealed record PublishRequest
{
    /// <summary>The DAG in its canonical JSON.</summary>
    public required JsonElement Spec { get; init; }

    /// <inheritdoc cref="PublishDag.Operators"/>
    public required ImmutableArray<OperatorManifest> Operators { get; init; }

    /// <inheritdoc cref="TriggerInline.Package"/>
    public string? Package { get; init; }

    /// <summary>The team to which the DAG belongs; null for that of who publishes, if there is one.</summary>
    public string? Team { get; init; }

    /// <inheritdoc cref="PublishDag.Experiment"/>
    public string? Experiment { get; init; }

    internal PublishDag ToPublish(Access access) => new() { Spec = DagJson.Parse(Spec.GetRawText()), Operators = Operators, Package = Package, By = access.ToCaller(Team), Experiment = Experiment };
}

/// <summary>What became of a publishing.</summary>
/// <param name="Name">The name under which it is published.</param>
/// <param name="Number">Which version of it this is, from 1.</param>
/// <param name="Hash">Names the version.</param>
/// <param name="Changed">False when this version was the current one before.</param>
/// <param name="Warnings">What the host lacks, as a connection that is not known.</param>
public sealed record PublishAnswer(string Name, int Number, string Hash, bool Changed, ImmutableArray<string> Warnings);

/// <summary>Pauses a DAG.</summary>
/// <param name="Reason">Why; null when nothing is said.</param>
public sealed record PauseDag(string? Reason = null);

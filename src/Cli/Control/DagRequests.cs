using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A DAG to be published.</summary>
internal sealed record PublishRequest
{
    /// <summary>The DAG in its canonical JSON.</summary>
    public required JsonElement Spec { get; init; }

    /// <inheritdoc cref="PublishDag.Operators"/>
    public required ImmutableArray<OperatorManifest> Operators { get; init; }

    /// <inheritdoc cref="TriggerRequest.Package"/>
    public string? Package { get; init; }

    /// <summary>Who publishes.</summary>
    public required Caller By { get; init; }

    /// <inheritdoc cref="PublishDag.Experiment"/>
    public string? Experiment { get; init; }

    public PublishDag ToPublish() => new() { Spec = DagJson.Parse(Spec.GetRawText()), Operators = Operators, Package = Package, By = By, Experiment = Experiment };
}

/// <summary>What became of a publishing.</summary>
/// <param name="Name">The name under which it is published.</param>
/// <param name="Number">Which version of it this is, from 1.</param>
/// <param name="Hash">Names the version.</param>
/// <param name="Changed">False when this version was the current one before.</param>
/// <param name="Warnings">What the host lacks, as a connection that is not known.</param>
internal sealed record PublishAnswer(string Name, int Number, string Hash, bool Changed, ImmutableArray<string> Warnings);

/// <summary>Something asked of a published DAG.</summary>
/// <param name="Name">The DAG or experiment.</param>
/// <param name="By">Who asks.</param>
/// <param name="Reason">Why; null when nothing was said.</param>
internal sealed record DagRequest(string Name, Caller By, string? Reason = null);

/// <summary>Which published DAGs are wanted.</summary>
/// <param name="Experiments">Only experiments; otherwise only others.</param>
/// <param name="Of">Only experiments of this DAG; null for all.</param>
internal sealed record DagListRequest(bool Experiments, string? Of = null);

/// <summary>What is known of a published DAG.</summary>
internal sealed record DagAnswer
{
    /// <summary>Its document in the catalogue.</summary>
    public required PublishedDag Dag { get; init; }

    /// <summary>Its newest versions, newest first.</summary>
    public required ImmutableArray<PublishedVersion> Versions { get; init; }

    /// <summary>Its next ticks; empty when it has none, or is paused.</summary>
    public required ImmutableArray<DateTimeOffset> NextTicks { get; init; }

    /// <summary>Its newest runs, newest first.</summary>
    public required ImmutableArray<RunLine> Runs { get; init; }
}

/// <summary>A run in a list.</summary>
internal sealed record RunLine(string RunId, string Dag, RunStatus Status, DateTimeOffset CreatedAt, DateTime? StartedAt, DateTime? EndedAt)
{
    public static RunLine Of(RunIndexEntry entry, RunSummary summary) => new(entry.RunId, entry.Dag, summary.Status, entry.CreatedAt, summary.StartedAt, summary.EndedAt);
}

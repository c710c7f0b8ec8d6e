using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A run that is wanted.</summary>
public sealed record TriggerRun
{
    /// <summary>The DAG.</summary>
    public required DagSpec Dag { get; init; }

    /// <summary>Manifests of the operators that the DAG uses.</summary>
    public required IReadOnlyList<OperatorManifest> Operators { get; init; }

    /// <summary>Hash of the package with the DAG's code and files; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>The name under which the DAG is published, where that is not its own: of an experiment, <c>etl@wider</c>. Null for the DAG's own name.</summary>
    public string? PublishedAs { get; init; }

    /// <summary>Hash of the published version; null for a DAG that is sent along and not published.</summary>
    public string? Version { get; init; }

    /// <summary>The run's id, 1 to 200 printable characters; null for one made from the time.</summary>
    public string? RunId { get; init; }

    /// <summary>The conf: a JSON object; null for none.</summary>
    public JsonElement? Conf { get; init; }

    /// <summary>Labels beside the DAG's own. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What starts it. Default <c>manual</c>.</summary>
    public string Trigger { get; init; } = "manual";

    /// <summary>Who starts it; null when unknown.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>The logical date; null for the time of the trigger.</summary>
    public DateTimeOffset? LogicalDate { get; init; }

    /// <summary>The data interval; null for the last full one before the logical date.</summary>
    public DataInterval? DataInterval { get; init; }

    /// <summary>What the run is about; null for what the DAG's template says.</summary>
    public string? BusinessKey { get; init; }

    /// <inheritdoc cref="RunRequest.Note"/>
    public string? Note { get; init; }

    /// <inheritdoc cref="RunRequest.Previous"/>
    public string? Previous { get; init; }

    /// <inheritdoc cref="RunRequest.DatasetEvents"/>
    public ImmutableArray<string> DatasetEvents { get; init; } = [];

    /// <inheritdoc cref="RunRequest.Partition"/>
    public string? Partition { get; init; }

    /// <inheritdoc cref="RunRequest.RerunOf"/>
    public string? RerunOf { get; init; }

    /// <inheritdoc cref="RunRequest.Parent"/>
    public string? Parent { get; init; }

    /// <inheritdoc cref="RunRequest.Root"/>
    public string? Root { get; init; }

    /// <inheritdoc cref="RunRequest.Team"/>
    public string? Team { get; init; }

    /// <inheritdoc cref="RunRequest.About"/>
    public JsonElement? About { get; init; }

    /// <inheritdoc cref="RunRequest.TellsDag"/>
    public bool TellsDag { get; init; }
}

/// <summary>What became of a trigger.</summary>
/// <param name="Request">What the run was asked; of the run that was there before, if there was one of that id.</param>
/// <param name="Created">Whether this trigger made the run.</param>
public sealed record TriggeredRun(RunRequest Request, bool Created)
{
    /// <summary>Whether there was a run of that id, which was purged: nothing runs, and the request is the one asked for.</summary>
    public bool Purged { get; init; }

    /// <summary>This, for whoever expects a run to be there.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.Purged"/>.</exception>
    public TriggeredRun OrRefused() => !Purged ? this
        : throw new UpdraftException(RunErrors.Purged, $"run '{Request.RunId}' was there and has been removed as too old; so that nothing runs twice its id cannot be used again yet: choose another");
}

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
}

/// <summary>What became of a trigger.</summary>
/// <param name="Request">What the run was asked; of the run that was there before, if there was one of that id.</param>
/// <param name="Created">Whether this trigger made the run.</param>
public sealed record TriggeredRun(RunRequest Request, bool Created);

using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>The fields of <c>dag</c>.</summary>
public sealed record DagFields
{
    /// <summary>The DAG to start.</summary>
    [Description("Name of the published DAG to start.")]
    public required string Dag { get; init; }

    /// <summary>Its conf.</summary>
    [Description("Conf of the run: an object.")]
    public JsonElement? Conf { get; init; }

    /// <summary>Whether to wait for its end.</summary>
    [Description("Whether the task waits for the end of the run, and ends as it does.")]
    public bool Wait { get; init; } = true;

    /// <summary>The run's id.</summary>
    [Description("Id of the run; when there is one of that id, it is waited for. Made from this try when it is not given.")]
    public string? RunId { get; init; }

    /// <summary>Labels of the run.</summary>
    [Description("Labels of the run, beside the DAG's own.")]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The run's business key.</summary>
    [Description("What the run is about; what the DAG says when it is not given.")]
    public string? BusinessKey { get; init; }

    /// <summary>A note on the run.</summary>
    [Description("Why the run is started.")]
    public string? Note { get; init; }

    /// <summary>Which outputs to receive.</summary>
    [Description("Tasks of the other DAG whose outputs this task hands over, as {task: value}; those at its end when it is not given.")]
    public ImmutableArray<string>? Outputs { get; init; }
}

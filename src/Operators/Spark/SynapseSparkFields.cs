using System.Collections.Immutable;
using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="SynapseSparkOperator"/>. Synapse has no defaults of its own for sizes; these are a node of size Small.</summary>
public sealed record SynapseSparkFields : SparkBatchFields
{
    /// <summary>The pool.</summary>
    [Description("Name of the Spark pool in the workspace.")]
    public required string Pool { get; init; }

    /// <summary>Cores of the driver.</summary>
    [Description("Cores of the driver: 4, 8, 16, 32 or 64, as the pool's nodes have. Default 4.")]
    public int DriverCores { get; init; } = 4;

    /// <summary>Memory of the driver.</summary>
    [Description("Memory of the driver. Default 28g.")]
    public string DriverMemory { get; init; } = "28g";

    /// <summary>Cores of an executor.</summary>
    [Description("Cores of each executor. Default 4.")]
    public int ExecutorCores { get; init; } = 4;

    /// <summary>Memory of an executor.</summary>
    [Description("Memory of each executor. Default 28g.")]
    public string ExecutorMemory { get; init; } = "28g";

    /// <summary>How many executors.</summary>
    [Description("How many executors. Default 2.")]
    public int NumExecutors { get; init; } = 2;

    /// <summary>Tags.</summary>
    [Description("Tags, shown in Synapse Studio. Default none.")]
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Version of the API.</summary>
    [Raw]
    [Description("Version of Synapse's Livy API. Default 2019-11-01-preview.")]
    public string ApiVersion { get; init; } = "2019-11-01-preview";
}

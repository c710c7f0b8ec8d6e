using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="LivyOperator"/>.</summary>
public sealed record LivyFields : SparkBatchFields
{
    /// <summary>Queue of the cluster; null for its default.</summary>
    [Description("Queue of the cluster. Default: the cluster's.")]
    public string? Queue { get; init; }

    /// <summary>User the job runs as; null for who signs in.</summary>
    [Description("User the job runs as. Default: who signs in.")]
    public string? ProxyUser { get; init; }

    /// <summary>Cores of the driver; null for the cluster's default.</summary>
    [Description("Cores of the driver. Default: the cluster's.")]
    public int? DriverCores { get; init; }

    /// <summary>Memory of the driver; null for the cluster's default.</summary>
    [Description("Memory of the driver, as in 4g. Default: the cluster's.")]
    public string? DriverMemory { get; init; }

    /// <summary>Cores of an executor; null for the cluster's default.</summary>
    [Description("Cores of each executor. Default: the cluster's.")]
    public int? ExecutorCores { get; init; }

    /// <summary>Memory of an executor; null for the cluster's default.</summary>
    [Description("Memory of each executor, as in 8g. Default: the cluster's.")]
    public string? ExecutorMemory { get; init; }

    /// <summary>How many executors; null for the cluster's default.</summary>
    [Description("How many executors. Default: the cluster's.")]
    public int? NumExecutors { get; init; }
}

using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="PartitionSensor"/>.</summary>
public sealed record PartitionFields : WaitFields
{
    /// <summary>The table.</summary>
    [Description("The table, as in lake.orders. In storage, its dots are folders.")]
    public required string Table { get; init; }

    /// <summary>The partition.</summary>
    [Description("The partition: columns with their values, as in ds=2026-01-01 or ds=2026-01-01/hour=03. A time at midnight UTC is taken for its date.")]
    public required string Partition { get; init; }

    /// <summary>Where to look; null for folders of the host.</summary>
    [Raw]
    [Description("Name of the connection to a storage account (https://) or to a database (postgresql://). Default: folders of the host, below path.")]
    public string? Connection { get; init; }

    /// <summary>The container; null where there is none.</summary>
    [Description("The container, where the connection leads to a storage account.")]
    public string? Container { get; init; }

    /// <summary>The folder of the tables; null for the top of the container.</summary>
    [Description("The folder in which tables lie: in the container, or a full path of the host. Default: the top of the container.")]
    public string? Path { get; init; }

    /// <summary>A file that says that the partition is whole; null where any file of data will do.</summary>
    [Description("Name of a file in the partition that says that it is whole, as in _SUCCESS. Default: any file of data will do.")]
    public string? Marker { get; init; }

    /// <summary>A query that lists the partitions; null for a look whether the table has rows.</summary>
    [Raw]
    [Description("For a database: a query that lists the partitions of @table, one text a row such as ds=2026-01-01. Default: the partition is there once the table has a row with these values.")]
    public string? Sql { get; init; }
}

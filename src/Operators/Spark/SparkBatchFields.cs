using System.Collections.Immutable;
using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>What a batch of Spark is, wherever Livy's protocol takes it.</summary>
public record SparkBatchFields
{
    /// <summary>Where the service is and how to sign in.</summary>
    [Raw]
    [Description("Name of the connection that says where the service is and how to sign in.")]
    public required string Connection { get; init; }

    /// <summary>The program.</summary>
    [Description("The program: a jar or a Python file, as the cluster sees it, as in abfss://jobs@lake.dfs.core.windows.net/sales.py.")]
    public required string File { get; init; }

    /// <summary>Main class of a jar; null for a Python file.</summary>
    [Description("Main class, where the program is a jar. Default none.")]
    public string? ClassName { get; init; }

    /// <summary>Arguments of the program.</summary>
    [Description("Arguments of the program. Default none.")]
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Further jars.</summary>
    [Description("Further jars. Default none.")]
    public ImmutableArray<string> Jars { get; init; } = [];

    /// <summary>Further Python files.</summary>
    [Description("Further Python files, zips or eggs. Default none.")]
    public ImmutableArray<string> PyFiles { get; init; } = [];

    /// <summary>Files beside the executors.</summary>
    [Description("Files that are put beside the executors. Default none.")]
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Archives that are unpacked beside the executors.</summary>
    [Description("Archives that are unpacked beside the executors. Default none.")]
    public ImmutableArray<string> Archives { get; init; } = [];

    /// <summary>Spark's configuration.</summary>
    [Description("Spark configuration, as in spark.sql.shuffle.partitions. Default none.")]
    public ImmutableSortedDictionary<string, string> Conf { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

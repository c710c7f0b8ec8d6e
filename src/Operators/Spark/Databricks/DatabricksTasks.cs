using System.Collections.Immutable;
using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>A notebook.</summary>
public sealed record DatabricksNotebook
{
    /// <summary>Path of the notebook.</summary>
    [Description("Path in the workspace, or in the Git repository.")]
    public required string NotebookPath { get; init; }

    /// <summary>Parameters; null for none.</summary>
    [Description("Parameters, which the notebook reads as widgets. Default none.")]
    public ImmutableSortedDictionary<string, string>? BaseParameters { get; init; }

    /// <summary>WORKSPACE or GIT; null for the API's choice.</summary>
    [Description("WORKSPACE or GIT. Default: GIT where there is a git_source.")]
    public string? Source { get; init; }

    /// <summary>A SQL warehouse to run on; null for a cluster.</summary>
    [Description("SQL warehouse to run on. Default none.")]
    public string? WarehouseId { get; init; }
}

/// <summary>A Python file.</summary>
public sealed record DatabricksPython
{
    /// <summary>The file.</summary>
    [Description("The file: a cloud URI, or a path in the workspace or the Git repository.")]
    public required string PythonFile { get; init; }

    /// <summary>Arguments; null for none.</summary>
    [Description("Arguments. Default none.")]
    public ImmutableArray<string>? Parameters { get; init; }

    /// <summary>WORKSPACE or GIT; null for the API's choice.</summary>
    [Description("WORKSPACE or GIT. Default: the API's choice.")]
    public string? Source { get; init; }
}

/// <summary>A class of a jar.</summary>
public sealed record DatabricksJar
{
    /// <summary>The class.</summary>
    [Description("Full name of the class with the main method.")]
    public required string MainClassName { get; init; }

    /// <summary>Arguments; null for none.</summary>
    [Description("Arguments. Default none.")]
    public ImmutableArray<string>? Parameters { get; init; }
}

/// <summary>An entry point of a Python wheel.</summary>
public sealed record DatabricksWheel
{
    /// <summary>The package.</summary>
    [Description("Name of the package.")]
    public required string PackageName { get; init; }

    /// <summary>The entry point.</summary>
    [Description("The entry point.")]
    public required string EntryPoint { get; init; }

    /// <summary>Arguments by position; null for none.</summary>
    [Description("Arguments by position. Default none.")]
    public ImmutableArray<string>? Parameters { get; init; }

    /// <summary>Arguments by name; null for none.</summary>
    [Description("Arguments by name, instead of parameters. Default none.")]
    public ImmutableSortedDictionary<string, string>? NamedParameters { get; init; }
}

/// <summary>Arguments of spark-submit.</summary>
public sealed record DatabricksSubmit
{
    /// <summary>The arguments.</summary>
    [Description("The arguments, as in [\"--class\", \"Sales\", \"dbfs:/sales.jar\"].")]
    public required ImmutableArray<string> Parameters { get; init; }
}

/// <summary>A query or a file of SQL.</summary>
public sealed record DatabricksSql
{
    /// <summary>The warehouse.</summary>
    [Description("Id of the SQL warehouse.")]
    public required string WarehouseId { get; init; }

    /// <summary>A saved query; null for a file.</summary>
    [Description("A saved query. Default none.")]
    public DatabricksQuery? Query { get; init; }

    /// <summary>A file; null for a query.</summary>
    [Description("A file of SQL. Default none.")]
    public DatabricksSqlFile? File { get; init; }

    /// <summary>Parameters; null for none.</summary>
    [Description("Parameters of the query. Default none.")]
    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}

/// <summary>A saved query.</summary>
public sealed record DatabricksQuery
{
    /// <summary>Its id.</summary>
    [Description("Id of the query.")]
    public required string QueryId { get; init; }
}

/// <summary>A file of SQL.</summary>
public sealed record DatabricksSqlFile
{
    /// <summary>Its path.</summary>
    [Description("Path in the workspace or the Git repository.")]
    public required string Path { get; init; }

    /// <summary>WORKSPACE or GIT; null for the API's choice.</summary>
    [Description("WORKSPACE or GIT. Default: the API's choice.")]
    public string? Source { get; init; }
}

/// <summary>A run of a job that exists.</summary>
public sealed record DatabricksRunNow
{
    /// <summary>The job.</summary>
    [Description("Id of the job.")]
    public required long JobId { get; init; }

    /// <summary>Parameters of the job; null for its own.</summary>
    [Description("Parameters of the job. Default: its own.")]
    public ImmutableSortedDictionary<string, string>? JobParameters { get; init; }

    /// <summary>Parameters of its notebooks; null for their own.</summary>
    [Description("Parameters of its notebook tasks. Default: their own.")]
    public ImmutableSortedDictionary<string, string>? NotebookParams { get; init; }

    /// <summary>Arguments of its jars; null for their own.</summary>
    [Description("Arguments of its jar tasks. Default: their own.")]
    public ImmutableArray<string>? JarParams { get; init; }

    /// <summary>Arguments of its Python files; null for their own.</summary>
    [Description("Arguments of its Python tasks. Default: their own.")]
    public ImmutableArray<string>? PythonParams { get; init; }
}

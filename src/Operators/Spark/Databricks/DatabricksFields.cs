using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="DatabricksOperator"/>. Exactly one kind of task is given; its fields are those of the Jobs API.</summary>
[ExactlyOne("notebook", "spark_python", "spark_jar", "python_wheel", "spark_submit", "sql", "run_now")]
public sealed record DatabricksFields : ICheckedFields
{
    /// <summary>Where the workspace is and how to sign in.</summary>
    [Raw]
    [Description("Name of the connection that says where the workspace is and how to sign in.")]
    public required string Connection { get; init; }

    /// <summary>A notebook; null for another kind.</summary>
    [Description("A notebook.")]
    public DatabricksNotebook? Notebook { get; init; }

    /// <summary>A Python file; null for another kind.</summary>
    [Description("A Python file.")]
    public DatabricksPython? SparkPython { get; init; }

    /// <summary>A class of a jar; null for another kind.</summary>
    [Description("A class of a jar, which is one of the libraries.")]
    public DatabricksJar? SparkJar { get; init; }

    /// <summary>An entry point of a wheel; null for another kind.</summary>
    [Description("An entry point of a Python wheel, which is one of the libraries.")]
    public DatabricksWheel? PythonWheel { get; init; }

    /// <summary>Arguments of spark-submit; null for another kind.</summary>
    [Description("Arguments of spark-submit, on a new cluster.")]
    public DatabricksSubmit? SparkSubmit { get; init; }

    /// <summary>A query or file of SQL; null for another kind.</summary>
    [Description("A query or a file of SQL on a SQL warehouse.")]
    public DatabricksSql? Sql { get; init; }

    /// <summary>A job that exists; null for a task of one's own.</summary>
    [Description("A run of a job that exists in the workspace.")]
    public DatabricksRunNow? RunNow { get; init; }

    /// <summary>A cluster for this run; null for another one.</summary>
    [Description("A cluster for this run, as the Clusters API has it. Default: an existing cluster, or serverless compute.")]
    public JsonElement? NewCluster { get; init; }

    /// <summary>A cluster that is there; null for another one.</summary>
    [Description("Id of a cluster that is there. Default none.")]
    public string? ExistingClusterId { get; init; }

    /// <summary>What serverless compute has installed; null for nothing.</summary>
    [Description("Environment of serverless compute, as in { client: \"1\", dependencies: [pandas] }. Default none.")]
    public JsonElement? Environment { get; init; }

    /// <summary>Libraries of the task; null for none.</summary>
    [Description("Libraries, as in [{ jar: \"dbfs:/sales.jar\" }, { whl: \"/Volumes/a/b/c.whl\" }]. Default none.")]
    public JsonElement? Libraries { get; init; }

    /// <summary>Repository of the program; null for none.</summary>
    [Description("Git repository that holds the program, as the Jobs API has it. Default none.")]
    public JsonElement? GitSource { get; init; }

    /// <summary>Bound of the run at Databricks; null for none.</summary>
    [Description("When Databricks itself ends the run. Default: never; the task's timeout counts anyway.")]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Version of the Jobs API.</summary>
    [Raw]
    [Description("Version of the Jobs API. Default 2.1.")]
    public string ApiVersion { get; init; } = "2.1";

    /// <inheritdoc/>
    public void Check()
    {
        if (RunNow is not null && this is not { NewCluster: null, ExistingClusterId: null, Environment: null, Libraries: null, GitSource: null, RunTimeout: null })
            throw new Dags.UpdraftException(OperatorErrors.Fields, "a job that exists has its own compute, libraries, git_source and timeout: leave them out beside run_now");
    }
}

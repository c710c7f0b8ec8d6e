using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Operators;

/// <summary>What is asked of the Jobs API. The token makes a request that is repeated mean the run of the first.</summary>
internal static class DatabricksBody
{
    private const string TaskKey = "main";
    private const string EnvironmentKey = "default";

    /// <summary>Body of runs/submit.</summary>
    public static JsonObject Submit(DatabricksFields fields, string runName, string token)
    {
        var (kind, work) = KindOf(fields);
        var task = new JsonObject { ["task_key"] = TaskKey, [kind] = work };
        if (fields.NewCluster is { } cluster) task["new_cluster"] = JsonSerializer.SerializeToNode(cluster);
        if (fields.ExistingClusterId is { } existing) task["existing_cluster_id"] = existing;
        if (fields.Libraries is { } libraries) task["libraries"] = JsonSerializer.SerializeToNode(libraries);
        if (fields.Environment is not null) task["environment_key"] = EnvironmentKey;
        var body = new JsonObject { ["run_name"] = runName, ["idempotency_token"] = token, ["tasks"] = new JsonArray(task) };
        if (fields.Environment is { } environment) body["environments"] = new JsonArray(new JsonObject { ["environment_key"] = EnvironmentKey, ["spec"] = JsonSerializer.SerializeToNode(environment) });
        if (fields.GitSource is { } git) body["git_source"] = JsonSerializer.SerializeToNode(git);
        if (fields.RunTimeout is { } timeout) body["timeout_seconds"] = (long)timeout.TotalSeconds;
        return body;
    }

    /// <summary>Body of run-now.</summary>
    public static JsonObject RunNow(DatabricksFields fields, string token)
    {
        var body = Written(fields.RunNow!);
        body["idempotency_token"] = token;
        return body;
    }

    private static (string Kind, JsonObject Work) KindOf(DatabricksFields fields)
    {
        (string Kind, object? Work)[] all =
        [
            ("notebook_task", fields.Notebook), ("spark_python_task", fields.SparkPython), ("spark_jar_task", fields.SparkJar), ("python_wheel_task", fields.PythonWheel),
            ("spark_submit_task", fields.SparkSubmit), ("sql_task", fields.Sql), ("run_now", fields.RunNow),
        ];
        var (name, given) = all.Single(kind => kind.Work is not null);
        return (name, Written(given!));
    }

    // The fields have the API's own names.
    private static JsonObject Written(object work) => JsonSerializer.SerializeToNode(work, work.GetType(), OperatorFields.Options)!.AsObject();
}

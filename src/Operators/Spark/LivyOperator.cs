using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Updraft.Operators;

/// <summary>Runs a Spark program through Apache Livy.</summary>
[Operator("livy")]
[Description("Runs a Spark program as a batch of Apache Livy, and shows the driver's log while it runs.")]
public sealed class LivyOperator : SparkBatchOperator<LivyFields>
{
    private const string Batches = "batches";
    private const int PageSize = 100;

    private protected override async Task<(LivyBatches Batches, IDriverLog Log)> ConnectAsync(TaskContext context, LivyFields fields, CancellationToken stop)
    {
        var service = new ServiceClient(await context.Connect(fields.Connection, stop));
        return (new LivyBatches(service, Batches, PageSize), new LivyLog(service, Batches, context.Log));
    }

    private protected override JsonObject BodyOf(string name, LivyFields fields)
    {
        var body = SparkBatchBody.Of(name, fields);
        if (fields.Queue is { } queue) body["queue"] = queue;
        if (fields.ProxyUser is { } user) body["proxyUser"] = user;
        if (fields.DriverCores is { } driverCores) body["driverCores"] = driverCores;
        if (fields.DriverMemory is { } driverMemory) body["driverMemory"] = driverMemory;
        if (fields.ExecutorCores is { } executorCores) body["executorCores"] = executorCores;
        if (fields.ExecutorMemory is { } executorMemory) body["executorMemory"] = executorMemory;
        if (fields.NumExecutors is { } executors) body["numExecutors"] = executors;
        return body;
    }
}

using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Operators;

/// <summary>Runs a Spark program in a pool of Azure Synapse, which speaks Livy's protocol behind Entra ID.</summary>
[Operator("synapse_spark")]
[Description("Runs a Spark program as a batch in a Spark pool of Azure Synapse, and shows the driver's log while it runs.")]
public sealed class SynapseSparkOperator : SparkBatchOperator<SynapseSparkFields>
{
    /// <summary>What a token for Synapse is for.</summary>
    public const string Scope = "https://dev.azuresynapse.net/.default";

    // Synapse's list has no longer pages.
    private const int PageSize = 20;

    private protected override async Task<(LivyBatches Batches, IDriverLog Log)> ConnectAsync(TaskContext context, SynapseSparkFields fields, CancellationToken stop)
    {
        var service = new ServiceClient(await context.Connect(fields.Connection, stop), azureScope: Scope);
        var root = $"livyApi/versions/{Uri.EscapeDataString(fields.ApiVersion)}/sparkPools/{Uri.EscapeDataString(fields.Pool)}/batches";
        return (new LivyBatches(service, root, PageSize, "detailed=true"), new SynapseLog(service, fields.Pool, context.Log));
    }

    private protected override JsonObject BodyOf(string name, SynapseSparkFields fields)
    {
        var body = SparkBatchBody.Of(name, fields);
        body["driverCores"] = fields.DriverCores;
        body["driverMemory"] = fields.DriverMemory;
        body["executorCores"] = fields.ExecutorCores;
        body["executorMemory"] = fields.ExecutorMemory;
        body["numExecutors"] = fields.NumExecutors;
        if (!fields.Tags.IsEmpty) body["tags"] = JsonSerializer.SerializeToNode(fields.Tags);
        return body;
    }
}

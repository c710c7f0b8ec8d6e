using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Updraft.FunctionApp;

/// <summary>All of HTTP but what the host keeps for itself (<c>/admin/</c> and <c>/runtime/webhooks/</c>): who may do what is the API's to say.</summary>
public sealed class HttpFunction(LaneClients lanes, ApiPipeline pipeline)
{
    /// <summary>Answers a request.</summary>
    [Function("Http")]
    public IResult Answer(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = "{*path}")] HttpRequest request,
        [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane,
        [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane)
    {
        lanes.Use(defaultLane, fastLane);
        return pipeline;
    }
}

using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>The one orchestrator, on which every actor runs.</summary>
/// <param name="registry">Has its code, as in every host.</param>
public sealed class OrchestratorFunction(ActivityRegistry registry)
{
    /// <summary>Takes a turn of an actor.</summary>
    [Function(ActorClient.Orchestrator)]
    public Task<object?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        registry.TryGetOrchestrator(ActorClient.Orchestrator, out var code) ? code(new DurableContext(context)) : throw new InvalidOperationException("the orchestrator is not registered with this host");
}

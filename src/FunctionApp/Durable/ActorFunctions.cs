using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Activities. Reading and storing actors: what the one loop calls for itself, and what actors tell each other.</summary>
public sealed class ActorFunctions(ActivityRunner activities)
{
    /// <inheritdoc cref="ActivityNames.LoadActor"/>
    [Function(ActivityNames.LoadActor)]
    public Task<JsonElement> LoadActorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.LoadActor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.LoadChunk"/>
    [Function(ActivityNames.LoadChunk)]
    public Task<JsonElement> LoadChunkAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.LoadChunk, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.PublishPages"/>
    [Function(ActivityNames.PublishPages)]
    public Task<JsonElement> PublishPagesAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.PublishPages, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.PublishActor"/>
    [Function(ActivityNames.PublishActor)]
    public Task<JsonElement> PublishActorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.PublishActor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.EndActor"/>
    [Function(ActivityNames.EndActor)]
    public Task<JsonElement> EndActorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.EndActor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.ReadInbox"/>
    [Function(ActivityNames.ReadInbox)]
    public Task<JsonElement> ReadInboxAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.ReadInbox, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.ClearInbox"/>
    [Function(ActivityNames.ClearInbox)]
    public Task<JsonElement> ClearInboxAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.ClearInbox, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.StartActor"/>
    [Function(ActivityNames.StartActor)]
    public Task<JsonElement> StartActorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.StartActor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.TellActor"/>
    [Function(ActivityNames.TellActor)]
    public Task<JsonElement> TellActorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.TellActor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.Heartbeat"/>
    [Function(ActivityNames.Heartbeat)]
    public Task<JsonElement> HeartbeatAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.Heartbeat, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.RaiseAlert"/>
    [Function(ActivityNames.RaiseAlert)]
    public Task<JsonElement> RaiseAlertAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.RaiseAlert, instanceId, input, context.CancellationToken), defaultLane, fastLane);
}

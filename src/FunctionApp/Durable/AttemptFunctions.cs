using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Activities. The work of tasks.</summary>
public sealed class AttemptFunctions(ActivityRunner activities)
{
    /// <inheritdoc cref="ActivityNames.RunAttempt"/>
    [Function(ActivityNames.RunAttempt)]
    public Task<JsonElement> RunAttemptAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.RunAttempt, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.StopAttempt"/>
    [Function(ActivityNames.StopAttempt)]
    public Task<JsonElement> StopAttemptAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.StopAttempt, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.SubmitJob"/>
    [Function(ActivityNames.SubmitJob)]
    public Task<JsonElement> SubmitJobAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.SubmitJob, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.CheckJob"/>
    [Function(ActivityNames.CheckJob)]
    public Task<JsonElement> CheckJobAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.CheckJob, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.CancelJob"/>
    [Function(ActivityNames.CancelJob)]
    public Task<JsonElement> CancelJobAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.CancelJob, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.PokeSensor"/>
    [Function(ActivityNames.PokeSensor)]
    public Task<JsonElement> PokeSensorAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.PokeSensor, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.StartWait"/>
    [Function(ActivityNames.StartWait)]
    public Task<JsonElement> StartWaitAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.StartWait, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.StopWait"/>
    [Function(ActivityNames.StopWait)]
    public Task<JsonElement> StopWaitAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.StopWait, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.WatchConditions"/>
    [Function(ActivityNames.WatchConditions)]
    public Task<JsonElement> WatchConditionsAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.WatchConditions, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.ExpandMap"/>
    [Function(ActivityNames.ExpandMap)]
    public Task<JsonElement> ExpandMapAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.ExpandMap, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.ReadMapKeys"/>
    [Function(ActivityNames.ReadMapKeys)]
    public Task<JsonElement> ReadMapKeysAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.ReadMapKeys, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.RenderLimitKey"/>
    [Function(ActivityNames.RenderLimitKey)]
    public Task<JsonElement> RenderLimitKeyAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.RenderLimitKey, instanceId, input, context.CancellationToken), defaultLane, fastLane);
}

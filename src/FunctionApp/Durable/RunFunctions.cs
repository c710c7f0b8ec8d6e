using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Activities. What runs, schedules and backfills need beside their tasks.</summary>
public sealed class RunFunctions(ActivityRunner activities)
{
    /// <inheritdoc cref="ActivityNames.AcquirePools"/>
    [Function(ActivityNames.AcquirePools)]
    public Task<JsonElement> AcquirePoolsAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.AcquirePools, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.ReleasePools"/>
    [Function(ActivityNames.ReleasePools)]
    public Task<JsonElement> ReleasePoolsAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.ReleasePools, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.AbandonWait"/>
    [Function(ActivityNames.AbandonWait)]
    public Task<JsonElement> AbandonWaitAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.AbandonWait, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.FireCallbacks"/>
    [Function(ActivityNames.FireCallbacks)]
    public Task<JsonElement> FireCallbacksAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.FireCallbacks, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.UsualDuration"/>
    [Function(ActivityNames.UsualDuration)]
    public Task<JsonElement> UsualDurationAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.UsualDuration, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.CheckPast"/>
    [Function(ActivityNames.CheckPast)]
    public Task<JsonElement> CheckPastAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.CheckPast, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.TriggerRun"/>
    [Function(ActivityNames.TriggerRun)]
    public Task<JsonElement> TriggerRunAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.TriggerRun, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.BackfillRun"/>
    [Function(ActivityNames.BackfillRun)]
    public Task<JsonElement> BackfillRunAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.BackfillRun, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.PauseDag"/>
    [Function(ActivityNames.PauseDag)]
    public Task<JsonElement> PauseDagAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.PauseDag, instanceId, input, context.CancellationToken), defaultLane, fastLane);

    /// <inheritdoc cref="ActivityNames.RecordDatasets"/>
    [Function(ActivityNames.RecordDatasets)]
    public Task<JsonElement> RecordDatasetsAsync([ActivityTrigger] JsonElement input, string instanceId, [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane, [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane, FunctionContext context) =>
        activities.RunAsync(new(ActivityNames.RecordDatasets, instanceId, input, context.CancellationToken), defaultLane, fastLane);
}

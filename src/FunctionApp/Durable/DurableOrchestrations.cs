using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;
using DurableQuery = Microsoft.DurableTask.Client.OrchestrationQuery;
using DurableStart = Microsoft.DurableTask.StartOrchestrationOptions;
using DurableStatus = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using OrchestrationMetadata = Updraft.Orchestration.OrchestrationMetadata;
using OrchestrationQuery = Updraft.Orchestration.OrchestrationQuery;
using OrchestrationRuntimeStatus = Updraft.Orchestration.OrchestrationRuntimeStatus;
using StartOrchestrationOptions = Updraft.Orchestration.StartOrchestrationOptions;

namespace Updraft.FunctionApp;

/// <summary>
/// The client of one task hub. Backends differ in what they throw about an instance that is there, is not, or has ended, and some of these
/// exceptions have types that only the host knows. So what is thrown is not looked at: the instance is.
/// </summary>
internal sealed class DurableOrchestrations(DurableTaskClient client) : IOrchestrationClient
{
    // Without them a start ends the instance that has the id, whatever it is doing, and takes its place.
    private static readonly DurableStatus[] All =
    [
        DurableStatus.Pending, DurableStatus.Running, DurableStatus.Suspended, DurableStatus.Completed, DurableStatus.Failed, DurableStatus.Terminated,
#pragma warning disable CS0618 // Nothing has this state any more; what is left out may be replaced.
        DurableStatus.Canceled,
#pragma warning restore CS0618
    ];

    /// <inheritdoc/>
    public async Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default)
    {
        if (OrchestrationLimits.Refuse(options.InstanceId) is { } refused) throw new ArgumentException(refused, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName);
        var start = new DurableStart(options.InstanceId) { Version = options.Version, Tags = options.Tags }.WithDedupeStatuses(All);
        var json = DurableJson.Write(input, $"the input of '{options.InstanceId}'");
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestratorName, json, start, cancellation);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (await GetInstanceAsync(options.InstanceId, cancellation) is not null) return false;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var json = DurableJson.Write(eventPayload, $"event '{eventName}'");
        return TellAsync(instanceId, () => client.RaiseEventAsync(instanceId, eventName, json, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default) =>
        await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellation) is { } found ? MetadataOf(found) : null;

    /// <summary>Whether there is such an instance.</summary>
    public async Task<bool> ExistsAsync(string instanceId, CancellationToken cancellation) => await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellation) is not null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var filter = new DurableQuery
        {
            InstanceIdPrefix = query.InstanceIdPrefix.Length == 0 ? null : query.InstanceIdPrefix,
            Statuses = query.Statuses.IsDefaultOrEmpty ? null : [.. query.Statuses.Select(DurableOf)],
            FetchInputsAndOutputs = true,
        };
        await foreach (var instance in client.GetAllInstancesAsync(filter).WithCancellation(cancellation))
        {
            // A backend without prefixes lists them all.
            if (instance.InstanceId.StartsWith(query.InstanceIdPrefix, StringComparison.Ordinal)) yield return MetadataOf(instance);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        if (!await HasEndedAsync(instanceId, cancellation)) return false;
        return (await client.PurgeInstanceAsync(instanceId, cancellation: cancellation)).PurgedInstanceCount > 0;
    }

    /// <inheritdoc/>
    public Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        TellAsync(instanceId, () => client.SuspendInstanceAsync(instanceId, reason, cancellation), cancellation);

    /// <inheritdoc/>
    public Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        TellAsync(instanceId, () => client.ResumeInstanceAsync(instanceId, reason, cancellation), cancellation);

    /// <inheritdoc/>
    public Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        TellAsync(instanceId, () => client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason), cancellation), cancellation);

    /// <summary>What is told to nobody is lost in silence.</summary>
    private async Task TellAsync(string instanceId, Func<Task> tell, CancellationToken cancellation)
    {
        if (OrchestrationLimits.Refuse(instanceId) is { } refused) throw new ArgumentException(refused, nameof(instanceId));
        try
        {
            await tell();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (await GetInstanceAsync(instanceId, cancellation) is { } there && !IsEnd(there.RuntimeStatus)) throw;
        }
    }

    private async Task<bool> HasEndedAsync(string instanceId, CancellationToken cancellation) =>
        await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellation) is { } found && IsEnd(StatusOf(found.RuntimeStatus));

    private static bool IsEnd(OrchestrationRuntimeStatus status) => status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    private static OrchestrationMetadata MetadataOf(Microsoft.DurableTask.Client.OrchestrationMetadata found)
    {
        var status = StatusOf(found.RuntimeStatus);
        var output = DurableJson.Parse(found.SerializedOutput);
        return new()
        {
            Name = found.Name,
            InstanceId = found.InstanceId,
            RuntimeStatus = status,
            CreatedAt = found.CreatedAt,
            LastUpdatedAt = found.LastUpdatedAt,
            Input = DurableJson.Parse(found.SerializedInput),
            Output = status is OrchestrationRuntimeStatus.Completed ? output : null,
            CustomStatus = DurableJson.Parse(found.SerializedCustomStatus),
            FailureDetails = status is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated ? WhyEnded(found.FailureDetails, output) : null,
            Tags = found.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    // The reason of a terminate is shown as the output.
    private static string? WhyEnded(TaskFailureDetails? failure, JsonElement? output) => failure is not null
        ? $"{failure.ErrorType}: {failure.ErrorMessage}"
        : output is { ValueKind: JsonValueKind.String } text ? text.GetString() : output?.GetRawText();

    private static OrchestrationRuntimeStatus StatusOf(DurableStatus status) => status switch
    {
        DurableStatus.Completed => OrchestrationRuntimeStatus.Completed,
        DurableStatus.Failed => OrchestrationRuntimeStatus.Failed,
        DurableStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        DurableStatus.Pending => OrchestrationRuntimeStatus.Pending,
        DurableStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        _ => OrchestrationRuntimeStatus.Running,
    };

    private static DurableStatus DurableOf(OrchestrationRuntimeStatus status) => Enum.Parse<DurableStatus>(status.ToString());
}

using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;
using OrchestrationMetadata = Microsoft.DurableTask.Client.OrchestrationMetadata;
using OrchestrationQuery = Microsoft.DurableTask.Client.OrchestrationQuery;
using OrchestrationRuntimeStatus = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using StartOrchestrationOptions = Microsoft.DurableTask.StartOrchestrationOptions;

namespace Updraft.FunctionApp.Tests;

/// <summary>The client of a hub. What it throws about instances has types that nobody outside knows, as with a real backend.</summary>
internal sealed class FakeTaskClient(FakeTaskHub hub, TimeProvider time) : DurableTaskClient(hub.Name)
{
    private const int ActorIdLimit = 60;
    private const int PageSize = 2;

    /// <summary>What a caller of the backend cannot tell apart but by asking again.</summary>
    private sealed class RpcFailure(string status) : Exception(status);

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = options?.InstanceId ?? throw hub.Break("an instance without an id of ours");
        if (OrchestrationLimits.Refuse(id) is { } refused) throw hub.Break(refused);
        if (orchestratorName.Name == ActorClient.Orchestrator && id.Length > ActorIdLimit) throw hub.Break($"an actor's instance id of {id.Length} characters");
        var instance = new HubInstance(id, orchestratorName.Name, Write(input), options, time.GetUtcNow());
        return Task.FromResult(hub.With(id, instances =>
        {
            if (instances.TryGetValue(id, out var there))
            {
                if (options.DedupeStatuses?.Contains(there.Status.ToString()) == true) throw new RpcFailure("AlreadyExists");
                // So does Durable Task: what runs under the id is ended, and replaced.
                there.Status = OrchestrationRuntimeStatus.Terminated;
            }
            instances[id] = instance;
            return id;
        }));
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        var raised = new EventRaised(eventName, Write(eventPayload));
        return hub.With(instanceId, instances =>
        {
            if (!instances.TryGetValue(instanceId, out var instance) || instance.HasEnded)
                return hub.Weak?.ThrowsWhenGone() == true ? throw new RpcFailure("NotFound") : Task.CompletedTask;
            if (hub.Weak?.EventIsLost() == true) return Task.CompletedTask;
            instance.Come.Add(raised);
            if (hub.Weak?.EventComesTwice() == true) instance.Come.Add(raised);
            return Task.CompletedTask;
        });
    }

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) => RepairAsync(instanceId, instance =>
    {
        instance.Status = OrchestrationRuntimeStatus.Terminated;
        instance.Output = Write(options?.Output);
    });

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        RepairAsync(instanceId, instance => instance.Status = OrchestrationRuntimeStatus.Suspended);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        RepairAsync(instanceId, instance => instance.Status = OrchestrationRuntimeStatus.Running);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(hub.With(instanceId, instances => instances.TryGetValue(instanceId, out var instance) ? instance.Metadata(getInputsAndOutputs) : null));

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => new Pages(hub.With("", instances => instances.Values
        .Where(instance => filter?.InstanceIdPrefix is not { } prefix || instance.Id.StartsWith(prefix, StringComparison.Ordinal))
        .Where(instance => filter?.Statuses is not { } statuses || statuses.Contains(instance.Status))
        .Select(instance => instance.Metadata(filter?.FetchInputsAndOutputs == true)).ToList()));

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) => Task.FromResult(hub.With(instanceId, instances =>
    {
        if (instances.TryGetValue(instanceId, out var instance) && !instance.HasEnded) throw new RpcFailure("FailedPrecondition");
        return new PurgeResult(instances.Remove(instanceId) ? 1 : 0);
    }));

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw hub.Break("nobody waits for an instance");

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw hub.Break("nobody waits for an instance");

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Write(object? value)
    {
        try
        {
            return HubJson.Write(value);
        }
        catch (RuleBrokenException broken)
        {
            throw hub.Break(broken.Message);
        }
    }

    private Task RepairAsync(string instanceId, Action<HubInstance> repair) => hub.With(instanceId, instances =>
    {
        if (instances.TryGetValue(instanceId, out var instance) && !instance.HasEnded) repair(instance);
        else if (hub.Weak?.ThrowsWhenGone() == true) throw new RpcFailure("NotFound");
        return Task.CompletedTask;
    });

    private sealed class Pages(List<OrchestrationMetadata> all) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = default, int? pageSizeHint = default)
        {
            foreach (var page in all.Chunk(PageSize))
            {
                await Task.Yield();
                yield return new(page, "more");
            }
        }
    }
}

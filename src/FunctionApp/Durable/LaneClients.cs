using System.Runtime.CompilerServices;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;
using OrchestrationMetadata = Updraft.Orchestration.OrchestrationMetadata;
using OrchestrationQuery = Updraft.Orchestration.OrchestrationQuery;
using StartOrchestrationOptions = Updraft.Orchestration.StartOrchestrationOptions;

namespace Updraft.FunctionApp;

/// <summary>
/// The clients of the task hubs of all lanes. Functions hands them to each invocation, not to its services: every function that may need them
/// binds both and calls <see cref="Use"/> first. Thread-safe; the newest hold.
/// </summary>
/// <param name="ownLane">The lane whose work this app does. What is named by its id alone is looked for there first.</param>
public sealed class LaneClients(string ownLane) : IOrchestrationClient
{
    /// <summary>The lane with an app of its own, where there is one.</summary>
    public const string Fast = "fast";

    private volatile Lanes? _lanes;

    private Lanes Now => _lanes ?? throw new InvalidOperationException("no function has bound its Durable clients yet: each calls Use before anything else");

    /// <summary>Remembers the clients that an invocation was given. Those of one task hub twice mean that one app does the work of all lanes.</summary>
    public void Use(DurableTaskClient defaultLane, DurableTaskClient fastLane)
    {
        var byDefault = new DurableOrchestrations(defaultLane);
        _lanes = new(byDefault, string.Equals(defaultLane.Name, fastLane.Name, StringComparison.OrdinalIgnoreCase) ? null : new DurableOrchestrations(fastLane));
    }

    /// <inheritdoc/>
    public Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default)
    {
        var lanes = Now;
        var lane = options.Lane == Fast ? lanes.Fast ?? lanes.Default : lanes.Default;
        return lane.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, options, cancellation);
    }

    /// <inheritdoc/>
    public async Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        await (await OfAsync(instanceId, cancellation)).RaiseEventAsync(instanceId, eventName, eventPayload, cancellation);

    /// <inheritdoc/>
    public async Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        foreach (var lane in InOrder())
            if (await lane.GetInstanceAsync(instanceId, cancellation) is { } found) return found;
        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var lane in InOrder())
        {
            await foreach (var instance in lane.GetAllInstancesAsync(query, cancellation)) yield return instance;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        foreach (var lane in InOrder())
            if (await lane.PurgeInstanceAsync(instanceId, cancellation)) return true;
        return false;
    }

    /// <inheritdoc/>
    public async Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        await (await OfAsync(instanceId, cancellation)).SuspendInstanceAsync(instanceId, reason, cancellation);

    /// <inheritdoc/>
    public async Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        await (await OfAsync(instanceId, cancellation)).ResumeInstanceAsync(instanceId, reason, cancellation);

    /// <inheritdoc/>
    public async Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        await (await OfAsync(instanceId, cancellation)).TerminateInstanceAsync(instanceId, reason, cancellation);

    private IEnumerable<DurableOrchestrations> InOrder()
    {
        var lanes = Now;
        if (lanes.Fast is null) return [lanes.Default];
        return ownLane == Fast ? [lanes.Fast, lanes.Default] : [lanes.Default, lanes.Fast];
    }

    /// <summary>The task hub that has an instance; any, when none has.</summary>
    private async Task<DurableOrchestrations> OfAsync(string instanceId, CancellationToken cancellation)
    {
        var lanes = InOrder().ToList();
        if (OrchestrationLimits.Refuse(instanceId) is { } refused) throw new ArgumentException(refused, nameof(instanceId));
        foreach (var lane in lanes[..^1])
            if (await lane.ExistsAsync(instanceId, cancellation)) return lane;
        return lanes[^1];
    }

    private sealed record Lanes(DurableOrchestrations Default, DurableOrchestrations? Fast);
}

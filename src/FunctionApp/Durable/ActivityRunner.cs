using System.Text.Json;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Runs what the functions of activities are called for: the activities of one registry, as in every host.</summary>
/// <param name="registry">The activities.</param>
/// <param name="lanes">Gets the clients that came with the call.</param>
/// <param name="shutdown">Cancelled when this process is told to end, which calls are not always told.</param>
public sealed class ActivityRunner(ActivityRegistry registry, LaneClients lanes, CancellationToken shutdown = default)
{
    /// <summary>Runs an activity; what it throws fails the call.</summary>
    /// <exception cref="ArgumentException">The result is over <see cref="OrchestrationLimits.Payload"/>.</exception>
    public async Task<JsonElement> RunAsync(ActivityCall call, DurableTaskClient defaultLane, DurableTaskClient fastLane)
    {
        lanes.Use(defaultLane, fastLane);
        if (!registry.TryGetActivity(call.Name, out var code, out _)) throw new InvalidOperationException($"no activity '{call.Name}' is registered with this host");
        ActivityMetrics.Started(call.Name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, shutdown);
        var result = await code(new ActivityContext(call.Name, call.InstanceId, call.Input, stop.Token));
        return DurableJson.Write(result, $"the result of activity '{call.Name}'");
    }
}

/// <summary>A call of an activity.</summary>
/// <param name="Name">The activity.</param>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="Input">Its input.</param>
/// <param name="Cancellation">Cancelled when the host shuts down or the function has run for its longest time.</param>
public sealed record ActivityCall(string Name, string InstanceId, JsonElement Input, CancellationToken Cancellation);

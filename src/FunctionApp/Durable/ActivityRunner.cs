using System.Text.Json;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Runs what the functions of activities are called for: the activities of one registry, as in every host.</summary>
/// <param name="registry">The activities.</param>
/// <param name="lanes">Gets the clients that came with the call.</param>
public sealed class ActivityRunner(ActivityRegistry registry, LaneClients lanes)
{
    /// <summary>Runs an activity; what it throws fails the call.</summary>
    /// <exception cref="ArgumentException">The result is over <see cref="OrchestrationLimits.Payload"/>.</exception>
    public async Task<JsonElement> RunAsync(ActivityCall call, DurableTaskClient defaultLane, DurableTaskClient fastLane)
    {
        lanes.Use(defaultLane, fastLane);
        if (!registry.TryGetActivity(call.Name, out var code, out _)) throw new InvalidOperationException($"no activity '{call.Name}' is registered with this host");
        var result = await code(new ActivityContext(call.Name, call.InstanceId, call.Input, call.Cancellation));
        return DurableJson.Write(result, $"the result of activity '{call.Name}'");
    }
}

/// <summary>A call of an activity.</summary>
/// <param name="Name">The activity.</param>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="Input">Its input.</param>
/// <param name="Cancellation">Cancelled when the host shuts down or the function has run for its longest time.</param>
public sealed record ActivityCall(string Name, string InstanceId, JsonElement Input, CancellationToken Cancellation);

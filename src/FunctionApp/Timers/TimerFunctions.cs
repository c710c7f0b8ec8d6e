using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Updraft.FunctionApp;

/// <summary>What is done by the clock.</summary>
public sealed class TimerFunctions(LaneClients lanes, Upkeep upkeep, Stopping stopping)
{
    /// <summary>Every minute.</summary>
    public const string EveryMinute = "0 * * * * *";

    /// <summary>Every hour, away from the hour's beginning, when schedules are busy.</summary>
    public const string EveryHour = "0 37 * * * *";

    /// <summary>Repairs what crashes and lost hints left undone.</summary>
    [Function("Watchdog")]
    public async Task WatchAsync(
        [TimerTrigger(EveryMinute)] TimerInfo timer,
        [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane,
        [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane,
        FunctionContext context)
    {
        lanes.Use(defaultLane, fastLane);
        using var stop = stopping.Of(context);
        await upkeep.WatchAsync(stop.Token);
    }

    /// <summary>Removes what is old.</summary>
    [Function("Retention")]
    public async Task RetainAsync(
        [TimerTrigger(EveryHour)] TimerInfo timer,
        [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane,
        [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane,
        FunctionContext context)
    {
        lanes.Use(defaultLane, fastLane);
        using var stop = stopping.Of(context);
        await upkeep.RetainAsync(stop.Token);
    }
}

using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Updraft.FunctionApp;

/// <summary>Messages of Service Bus, each settled by hand.</summary>
public sealed class MessageFunctions(LaneClients lanes, QueueMessages queue, SessionMessages events, Stopping stopping)
{
    /// <summary>A message that asks for a run, or carries an event.</summary>
    [Function("RunRequests")]
    public async Task RequestAsync(
        [ServiceBusTrigger($"%{AppSettings.Queue}%", Connection = AppSettings.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane,
        [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane,
        FunctionContext context)
    {
        lanes.Use(defaultLane, fastLane);
        using var stop = stopping.Of(context);
        await queue.HandleAsync(message, actions, stop.Token);
    }

    /// <summary>An event to runs; those of one business key one after the other.</summary>
    [Function("RunEvents")]
    public async Task TellAsync(
        [ServiceBusTrigger($"%{AppSettings.EventsTopic}%", $"%{AppSettings.EventsSubscription}%", Connection = AppSettings.ServiceBus, IsSessionsEnabled = true, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient(TaskHub = TaskHubs.Default)] DurableTaskClient defaultLane,
        [DurableClient(TaskHub = TaskHubs.Fast)] DurableTaskClient fastLane,
        FunctionContext context)
    {
        lanes.Use(defaultLane, fastLane);
        using var stop = stopping.Of(context);
        await events.HandleAsync(message, actions, stop.Token);
    }
}

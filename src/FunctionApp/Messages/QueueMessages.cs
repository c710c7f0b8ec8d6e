using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>
/// Does what a message of the queue asks for, and settles it by hand. One that cannot be done now is sent again for later, which is no delivery,
/// before this one is removed: between the two it is there twice, which makes one run.
/// </summary>
public sealed class QueueMessages
{
    private readonly Settlement _settlement;
    private readonly ServiceBusQueue _queue;
    private readonly ILogger<QueueMessages> _log;

    internal QueueMessages(Settlement settlement, ServiceBusQueue queue, ILogger<QueueMessages> log) => (_settlement, _queue, _log) = (settlement, queue, log);

    /// <summary>Handles a message. What it throws gives the message back, and counts as a delivery.</summary>
    public async Task HandleAsync(ServiceBusReceivedMessage received, ServiceBusMessageActions actions, CancellationToken stop)
    {
        var outcome = await _settlement.HandleAsync(received, message => message, stop);
        if (outcome.Verdict is MessageVerdict.Retry)
        {
            await _queue.ScheduleAsync(BusMessages.Later(received, outcome.Reason!), outcome.After, stop);
            Logs.Postponed(_log, received.MessageId, outcome.Reason!);
        }
        await _settlement.SettleAsync(received, actions, outcome);
    }
}

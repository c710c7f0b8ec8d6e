using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>
/// Does what a message of the events topic asks for, and settles it by hand. Its session is the business key, and within one nothing overtakes:
/// a message that cannot be done now is tried again in its place, and only then given back.
/// </summary>
public sealed class SessionMessages
{
    /// <summary>How long a message is tried in its place: below the time for which <c>host.json</c> has locks renewed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Settlement _settlement;
    private readonly TimeProvider _clock;
    private readonly ILogger<SessionMessages> _log;

    internal SessionMessages(Settlement settlement, TimeProvider clock, ILogger<SessionMessages> log) => (_settlement, _clock, _log) = (settlement, clock, log);

    /// <summary>Handles a message. What it throws gives the message back, and counts as a delivery.</summary>
    public async Task HandleAsync(ServiceBusReceivedMessage received, ServiceBusMessageActions actions, CancellationToken stop)
    {
        var begin = _clock.GetTimestamp();
        MessageOutcome outcome;
        while ((outcome = await _settlement.HandleAsync(received, message => WithKey(message, received.SessionId), stop)).Verdict is MessageVerdict.Retry)
        {
            Logs.Postponed(_log, received.MessageId, outcome.Reason!);
            if (_clock.GetElapsedTime(begin) + outcome.After > Patience)
            {
                await actions.AbandonMessageAsync(received, cancellationToken: CancellationToken.None);
                return;
            }
            await Task.Delay(outcome.After, _clock, stop);
        }
        await _settlement.SettleAsync(received, actions, outcome);
    }

    /// <summary>An event that names nobody is for its session's key.</summary>
    private static QueueMessage WithKey(QueueMessage message, string? session) =>
        message.Properties.ContainsKey(QueueProperties.Event) && !message.Properties.ContainsKey(QueueProperties.Key) && !string.IsNullOrEmpty(session)
            ? message with { Properties = message.Properties.Add(QueueProperties.Key, session) }
            : message;
}

using System.Globalization;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Has messages of Service Bus handled, and settles them.</summary>
internal sealed class Settlement(RunServices services, ILogger<Settlement> log)
{
    /// <summary>What a dead letter is called that has no code.</summary>
    private const string Refused = "Refused";

    // Service Bus takes 4,096 characters of each.
    private const int LongestDescription = 4_000;

    /// <summary>Has a message handled, as it is read.</summary>
    public async Task<MessageOutcome> HandleAsync(ServiceBusReceivedMessage received, Func<QueueMessage, QueueMessage> read, CancellationToken stop)
    {
        try
        {
            return await services.Requests.HandleAsync(read(BusMessages.Read(received)), stop);
        }
        catch (UpdraftException e) when (e.Code == QueueErrors.MessageRefused)
        {
            return MessageOutcome.DeadLetter($"{e.Code}: {e.Message}");
        }
    }

    /// <summary>Removes a message that is done, or puts it aside. What was done is said, also when the host stops.</summary>
    public async Task SettleAsync(ServiceBusReceivedMessage received, ServiceBusMessageActions actions, MessageOutcome outcome)
    {
        if (outcome.Verdict is MessageVerdict.DeadLetter) await RaiseAsync(received, outcome.Reason!);
        try
        {
            if (outcome.Verdict is MessageVerdict.DeadLetter) await DeadLetterAsync(received, actions, outcome.Reason!);
            else await actions.CompleteMessageAsync(received);
        }
        catch (Exception failure)
        {
            // As when its lock was lost: it comes again, and what it asks for is there already.
            Logs.NotSettled(log, received.MessageId, failure);
            throw;
        }
        if (outcome.Verdict is MessageVerdict.DeadLetter) Logs.DeadLettered(log, received.MessageId, outcome.Reason!);
    }

    private async Task DeadLetterAsync(ServiceBusReceivedMessage received, ServiceBusMessageActions actions, string why)
    {
        var (reason, description) = Split(why);
        var at = new Dictionary<string, object> { [BusMessages.DeadAt] = services.Ports.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };
        await actions.DeadLetterMessageAsync(received, at, deadLetterReason: reason, deadLetterErrorDescription: description);
    }

    private async Task RaiseAsync(ServiceBusReceivedMessage received, string why)
    {
        await services.Alerts.RaiseAsync(new()
        {
            Id = Alert.IdOf(AlertKinds.DeadLetter, $"{received.SequenceNumber.ToString(CultureInfo.InvariantCulture)} {received.MessageId}"),
            Kind = AlertKinds.DeadLetter,
            At = services.Ports.Time.GetUtcNow(),
            Message = $"message '{BusMessages.Show(received).Id}' was put aside: {why} Mend the cause and requeue it, or purge it.",
        });
    }

    /// <summary>The code as the reason, by which dead letters are found and counted; all else as the description.</summary>
    internal static (string Reason, string Description) Split(string why)
    {
        var (reason, text) = why.Split(": ", 2) is [['U', 'P', 'D', ..] code, var rest] ? (code, rest) : (Refused, why);
        if (text.Length <= LongestDescription) return (reason, text);
        var end = char.IsHighSurrogate(text[LongestDescription - 1]) ? LongestDescription - 1 : LongestDescription;
        return (reason, text[..end] + "…");
    }
}

using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Updraft.FunctionApp.Tests;

/// <summary>What Functions offers to settle a message with: once only, and only by what Service Bus takes.</summary>
internal sealed class FakeActions : ServiceBusMessageActions
{
    private const int LongestText = 4_096;

    /// <summary>What became of the message; null while nothing has.</summary>
    public string? Settled { get; private set; }

    public string? Reason { get; private set; }

    public string? Description { get; private set; }

    public IReadOnlyDictionary<string, object>? Changed { get; private set; }

    /// <summary>Whether the lock of the message is lost.</summary>
    public bool IsLockLost { get; set; }

    /// <summary>Told when the message is settled.</summary>
    public event Action? Settling;

    public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Settle("completed", cancellationToken);

    public override Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) => Settle("abandoned", cancellationToken);

    public override Task DeadLetterMessageAsync(ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default, string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default)
    {
        Assert.InRange(deadLetterReason!.Length, 1, LongestText);
        Assert.InRange(deadLetterErrorDescription!.Length, 1, LongestText);
        (Reason, Description, Changed) = (deadLetterReason, deadLetterErrorDescription, propertiesToModify);
        return Settle("dead-lettered", cancellationToken);
    }

    private Task Settle(string how, CancellationToken cancellation)
    {
        Settling?.Invoke();
        if (IsLockLost) throw new ServiceBusException("the lock is lost", ServiceBusFailureReason.MessageLockLost);
        Assert.False(cancellation.IsCancellationRequested);
        Assert.Null(Settled);
        Settled = how;
        return Task.CompletedTask;
    }
}

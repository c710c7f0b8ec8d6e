using Azure.Messaging.ServiceBus;

namespace Updraft.FunctionApp.Tests;

/// <summary>A queue of Service Bus with its dead letters, as far as senders see it and those who look after it.</summary>
internal sealed class FakeServiceBus : ServiceBusClient
{
    /// <summary>What was sent, with the time for which it was scheduled.</summary>
    public List<(ServiceBusMessage Message, DateTimeOffset? At)> Sent { get; } = [];

    public List<ServiceBusReceivedMessage> Waiting { get; } = [];

    public List<ServiceBusReceivedMessage> Dead { get; } = [];

    /// <summary>Dead letters that are with another receiver.</summary>
    public HashSet<long> Locked { get; } = [];

    /// <summary>What every call fails with; null for none.</summary>
    public ServiceBusFailureReason? Fails { get; set; }

    public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender(this);

    public override ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => new Receiver(this, options.SubQueue is SubQueue.DeadLetter ? Dead : Waiting);

    private void Demand()
    {
        if (Fails is { } reason) throw new ServiceBusException("it fails", reason);
    }

    private sealed class Sender(FakeServiceBus bus) : ServiceBusSender
    {
        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            bus.Demand();
            bus.Sent.Add((message, null));
            return Task.CompletedTask;
        }

        public override Task<long> ScheduleMessageAsync(ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
        {
            bus.Demand();
            bus.Sent.Add((message, scheduledEnqueueTime));
            return Task.FromResult<long>(bus.Sent.Count);
        }
    }

    private sealed class Receiver(FakeServiceBus bus, List<ServiceBusReceivedMessage> messages) : ServiceBusReceiver
    {
        private readonly HashSet<long> _mine = [];

        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
        {
            bus.Demand();
            return Task.FromResult<IReadOnlyList<ServiceBusReceivedMessage>>([.. messages.Where(message => message.SequenceNumber >= (fromSequenceNumber ?? 0)).OrderBy(message => message.SequenceNumber).Take(maxMessages)]);
        }

        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
        {
            bus.Demand();
            var received = messages.Where(message => !bus.Locked.Contains(message.SequenceNumber) && !_mine.Contains(message.SequenceNumber)).Take(maxMessages).ToList();
            foreach (var message in received) _mine.Add(message.SequenceNumber);
            return Task.FromResult<IReadOnlyList<ServiceBusReceivedMessage>>(received);
        }

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
        {
            if (!_mine.Remove(message.SequenceNumber)) throw new ServiceBusException("not locked", ServiceBusFailureReason.MessageLockLost);
            messages.Remove(message);
            return Task.CompletedTask;
        }

        public override Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
            _mine.Remove(message.SequenceNumber) ? Task.CompletedTask : throw new ServiceBusException("not locked", ServiceBusFailureReason.MessageLockLost);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

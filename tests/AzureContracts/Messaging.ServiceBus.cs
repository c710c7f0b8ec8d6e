// Azure.Messaging.ServiceBus.
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;

namespace Azure.Messaging.ServiceBus;

public class ServiceBusClient : IAsyncDisposable
{
    protected ServiceBusClient() { }
    public ServiceBusClient(string connectionString) => throw new NotSupportedException();
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential) => throw new NotSupportedException();
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => throw new NotSupportedException();
    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => throw new NotSupportedException();
    public virtual ValueTask DisposeAsync() => throw new NotSupportedException();
}

public class ServiceBusSender
{
    protected ServiceBusSender() { }
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public virtual Task<long> ScheduleMessageAsync(ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

public class ServiceBusReceiver
{
    protected ServiceBusReceiver() { }
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public virtual Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public virtual ValueTask DisposeAsync() => throw new NotSupportedException();
}

public class ServiceBusReceiverOptions
{
    public SubQueue SubQueue { get; set; }
}

public enum SubQueue
{
    None = 0,
    DeadLetter = 1,
    TransferDeadLetter = 2,
}

public class ServiceBusMessage
{
    public ServiceBusMessage(string body) => Body = BinaryData.FromString(body);
    public BinaryData Body { get; set; }
    public string MessageId { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string Subject { get; set; } = "";
    public string ContentType { get; set; } = "";
    public string CorrelationId { get; set; } = "";
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();
}

public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage() { }
    public BinaryData Body { get; init; } = BinaryData.FromString("");
    public string MessageId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string Subject { get; init; } = "";
    public string ContentType { get; init; } = "";
    public string CorrelationId { get; init; } = "";
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; init; } = new Dictionary<string, object>();
    public int DeliveryCount { get; init; }
    public long SequenceNumber { get; init; }
    public DateTimeOffset EnqueuedTime { get; init; }
    public DateTimeOffset ScheduledEnqueueTime { get; init; }
    public DateTimeOffset LockedUntil { get; init; }
    public string LockToken { get; init; } = "";
    public string DeadLetterReason { get; init; } = "";
    public string DeadLetterErrorDescription { get; init; } = "";
}

public static class ServiceBusModelFactory
{
    public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
        BinaryData? body = default, string? messageId = default, string? partitionKey = default, string? viaPartitionKey = default, string? sessionId = default, string? replyToSessionId = default,
        TimeSpan timeToLive = default, string? correlationId = default, string? subject = default, string? to = default, string? contentType = default, string? replyTo = default,
        DateTimeOffset scheduledEnqueueTime = default, IDictionary<string, object>? properties = default, Guid lockTokenGuid = default, int deliveryCount = default,
        DateTimeOffset lockedUntil = default, long sequenceNumber = -1, string? deadLetterSource = default, long enqueuedSequenceNumber = default, DateTimeOffset enqueuedTime = default) => new()
        {
            Body = body ?? BinaryData.FromString(""), MessageId = messageId ?? "", SessionId = sessionId ?? "", CorrelationId = correlationId ?? "", Subject = subject ?? "", ContentType = contentType ?? "",
            ApplicationProperties = new Dictionary<string, object>(properties ?? new Dictionary<string, object>()), LockToken = lockTokenGuid.ToString(), DeliveryCount = deliveryCount,
            LockedUntil = lockedUntil, SequenceNumber = sequenceNumber, EnqueuedTime = enqueuedTime, ScheduledEnqueueTime = scheduledEnqueueTime,
        };
}

public class ServiceBusException : Exception
{
    public ServiceBusException(string message, ServiceBusFailureReason reason, string? entityPath = default, Exception? innerException = default) : base(message, innerException) => Reason = reason;
    public ServiceBusFailureReason Reason { get; }
    public bool IsTransient => throw new NotSupportedException();
}

public enum ServiceBusFailureReason
{
    GeneralError,
    MessagingEntityNotFound,
    MessageLockLost,
    MessageNotFound,
    MessageSizeExceeded,
    MessagingEntityDisabled,
    QuotaExceeded,
    ServiceBusy,
    ServiceTimeout,
    ServiceCommunicationProblem,
    SessionCannotBeLocked,
    SessionLockLost,
    Unauthorized,
    MessagingEntityAlreadyExists,
}

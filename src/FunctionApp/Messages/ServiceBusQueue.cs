using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>
/// The queue of run requests on Service Bus, as senders and those see it who look after it; Functions hands its messages to
/// <see cref="QueueMessages"/>. Sending asks for the right to send, the rest for that to receive.
/// </summary>
internal sealed class ServiceBusQueue : IRunRequests, IAsyncDisposable
{
    /// <summary>Most messages that were put aside which are shown: the newest.</summary>
    public const int MostDead = 1_000;

    /// <summary>How many messages that were put aside are locked, while one of them is looked for.</summary>
    public const int MostHeld = 2_000;

    private const int AtOnce = 100;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly Lazy<ServiceBusSender> _sender;
    private readonly Lazy<ServiceBusReceiver> _waiting;
    private readonly Lazy<ServiceBusReceiver> _dead;
    private readonly TimeProvider _clock;
    private readonly string _queue;

    public ServiceBusQueue(Lazy<ServiceBusClient> client, string queue, TimeProvider clock)
    {
        (_queue, _clock) = (queue, clock);
        _sender = new(() => client.Value.CreateSender(queue));
        _waiting = new(() => client.Value.CreateReceiver(queue, new ServiceBusReceiverOptions()));
        _dead = new(() => client.Value.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter }));
    }

    /// <inheritdoc/>
    public Task SendAsync(QueueMessage message, CancellationToken cancellation = default) => GuardAsync(async () =>
    {
        await _sender.Value.SendMessageAsync(BusMessages.Write(message), cancellation);
        return true;
    });

    /// <summary>Sends a message for a later time.</summary>
    /// <exception cref="UpdraftException"><see cref="FunctionAppErrors.ServiceBus"/>.</exception>
    public Task ScheduleAsync(ServiceBusMessage message, TimeSpan after, CancellationToken cancellation) =>
        GuardAsync(() => _sender.Value.ScheduleMessageAsync(message, _clock.GetUtcNow() + after, cancellation));

    /// <inheritdoc/>
    public async IAsyncEnumerable<WaitingMessage> WaitingAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var message in PeekAsync(_waiting.Value, cancellation))
        {
            var hidden = message.ScheduledEnqueueTime > _clock.GetUtcNow() ? message.ScheduledEnqueueTime : (DateTimeOffset?)null;
            yield return new(BusMessages.Show(message), BusMessages.EnqueuedAt(message), message.DeliveryCount, hidden, BusMessages.Postponed(message));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> DeadLettersAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // They are listed oldest first, and there is no other way.
        var newest = new Queue<ServiceBusReceivedMessage>();
        await foreach (var message in PeekAsync(_dead.Value, cancellation))
        {
            if (newest.Count == MostDead) newest.Dequeue();
            newest.Enqueue(message);
        }
        foreach (var message in newest.Reverse())
            yield return new(message.SequenceNumber.ToString(CultureInfo.InvariantCulture), BusMessages.Show(message), ReasonOf(message), BusMessages.EnqueuedAt(message), BusMessages.DeadSince(message), message.DeliveryCount);
    }

    /// <inheritdoc/>
    public Task<bool> RequeueAsync(string deadLetter, CancellationToken cancellation = default) =>
        TakeAsync(deadLetter, dead => _sender.Value.SendMessageAsync(BusMessages.Requeued(dead), cancellation), cancellation);

    /// <inheritdoc/>
    public Task<bool> PurgeAsync(string deadLetter, CancellationToken cancellation = default) => TakeAsync(deadLetter, _ => Task.CompletedTask, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_waiting.IsValueCreated) await _waiting.Value.DisposeAsync();
        if (_dead.IsValueCreated) await _dead.Value.DisposeAsync();
    }

    /// <summary>Does something with a message that was put aside, and then removes it. None can be received by its name: those before it are held and given back.</summary>
    private Task<bool> TakeAsync(string name, Func<ServiceBusReceivedMessage, Task> use, CancellationToken cancellation) => GuardAsync(async () =>
    {
        if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)) return false;
        if (await _dead.Value.PeekMessagesAsync(1, wanted, cancellation) is not [var there] || there.SequenceNumber != wanted) return false;
        var held = new List<ServiceBusReceivedMessage>();
        try
        {
            while (held.Count < MostHeld)
            {
                var received = await _dead.Value.ReceiveMessagesAsync(AtOnce, Wait, cancellation);
                if (received.Count == 0) throw new UpdraftException(FunctionAppErrors.ServiceBus, $"message {name} of the dead letters of '{_queue}' is with another receiver: try again in a minute");
                held.AddRange(received);
                if (held.Find(message => message.SequenceNumber == wanted) is not { } found) continue;
                await use(found);
                await _dead.Value.CompleteMessageAsync(found, cancellation);
                held.Remove(found);
                return true;
            }
            throw new UpdraftException(FunctionAppErrors.ServiceBus, $"more than {MostHeld} dead letters of '{_queue}' lie before message {name}: deal with the oldest first, or with Service Bus Explorer in the portal");
        }
        finally
        {
            foreach (var message in held) await _dead.Value.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
    });

    private async IAsyncEnumerable<ServiceBusReceivedMessage> PeekAsync(ServiceBusReceiver receiver, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var from = 0L; ;)
        {
            var messages = await GuardAsync(() => receiver.PeekMessagesAsync(AtOnce, from, cancellation));
            if (messages.Count == 0) yield break;
            foreach (var message in messages) yield return message;
            from = messages[^1].SequenceNumber + 1;
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessageSizeExceeded)
        {
            throw new UpdraftException(QueueErrors.MessageRefused, "the message is refused: with all that belongs to it, it is larger than the Service Bus namespace takes: send a reference to what is large", e);
        }
        catch (ServiceBusException e)
        {
            throw new UpdraftException(FunctionAppErrors.ServiceBus, $"the queue '{_queue}' of Service Bus does not do it ({e.Reason}): see that it is there, and that the app's identity may send and receive", e);
        }
    }

    private static string ReasonOf(ServiceBusReceivedMessage dead) =>
        string.Join(": ", new[] { dead.DeadLetterReason, dead.DeadLetterErrorDescription }.Where(text => !string.IsNullOrEmpty(text)));
}

namespace Updraft.Orchestration;

/// <summary>Messages that ask for runs and carry events, as those see them who send them and look after them. Thread-safe.</summary>
public interface IRunRequests
{
    /// <summary>Adds a message; once this returns, it is not lost. Repeated after a failure, it may be there twice.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="QueueErrors.MessageRefused"/>.</exception>
    Task SendAsync(QueueMessage message, CancellationToken cancellation = default);

    /// <summary>Messages that wait to be received, or are with a receiver, oldest first. Looking at one changes nothing.</summary>
    IAsyncEnumerable<WaitingMessage> WaitingAsync(CancellationToken cancellation = default);

    /// <summary>Messages that were put aside, newest first.</summary>
    IAsyncEnumerable<DeadLetter> DeadLettersAsync(CancellationToken cancellation = default);

    /// <summary>Sends a message that was put aside once more. False when there is none of that name.</summary>
    Task<bool> RequeueAsync(string deadLetter, CancellationToken cancellation = default);

    /// <summary>Removes a message that was put aside. False when there is none of that name.</summary>
    Task<bool> PurgeAsync(string deadLetter, CancellationToken cancellation = default);
}

/// <summary>
/// A queue of messages that ask for runs and carry events. A message that was received is locked for its receiver, and comes again when it
/// has not been settled by the time that its lock runs out; how often it was received is counted. So every message is handled at least once.
/// Thread-safe.
/// </summary>
public interface IRunRequestQueue : IRunRequests
{
    /// <summary>Receives messages, about in the order in which they were sent.</summary>
    /// <param name="max">How many at most, 1 or more.</param>
    /// <param name="wait">How long to wait for the first; none come when there is none by then.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int max, TimeSpan wait, CancellationToken cancellation = default);

    /// <summary>Keeps a message locked for as long again. Null when the lock was lost.</summary>
    Task<ReceivedMessage?> RenewAsync(ReceivedMessage message, CancellationToken cancellation = default);

    /// <summary>The message is done. False when the lock was lost: somebody else may handle it too.</summary>
    Task<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellation = default);

    /// <summary>Gives the message back, to be received again; this delivery counts. False when the lock was lost.</summary>
    Task<bool> AbandonAsync(ReceivedMessage message, CancellationToken cancellation = default);

    /// <summary>Puts the message off, through no fault of its own: this delivery does not count. False when the lock was lost.</summary>
    /// <param name="message">The message.</param>
    /// <param name="after">How long it is not received.</param>
    /// <param name="reason">Why, in a line.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<bool> PostponeAsync(ReceivedMessage message, TimeSpan after, string reason, CancellationToken cancellation = default);

    /// <summary>Puts the message aside as one that cannot be handled. False when the lock was lost.</summary>
    Task<bool> DeadLetterAsync(ReceivedMessage message, string reason, CancellationToken cancellation = default);
}

/// <summary>How a queue delivers.</summary>
public sealed record QueueOptions
{
    /// <summary>Deliveries after which a message that was never settled is put aside, 1 or more. Default 10.</summary>
    public int MaxDeliveries { get; init; } = 10;

    /// <summary>How long a message is locked for who received it. Default 1 minute.</summary>
    public TimeSpan LockFor { get; init; } = TimeSpan.FromMinutes(1);
}

using System.Runtime.CompilerServices;

namespace Updraft.Orchestration;

/// <summary>
/// A queue over documents, for a host that has no other: a message is a document, and its lock a put-if-match on it. Who sends in the same
/// process wakes who receives.
/// </summary>
/// <param name="store">Where the messages are.</param>
/// <param name="clock">The clock.</param>
/// <param name="alerts">Told of messages that are put aside; null for nobody.</param>
/// <param name="options">How it delivers; null for the defaults.</param>
public sealed class StateRunRequestQueue(IStateStore store, TimeProvider clock, AlertLog? alerts = null, QueueOptions? options = null) : IRunRequestQueue
{
    /// <summary>How often who receives looks without being woken: what another process sent is found so.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly QueueOptions _options = options ?? new();
    private TaskCompletionSource _sent = NewSignal();

    /// <inheritdoc/>
    public async Task SendAsync(QueueMessage message, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        await PutAsync(QueuePaths.Message(now, message.Checked().Id), new StoredMessage { Message = message, EnqueuedAt = now }, WriteCondition.IfAbsent, cancellation);
        Wake();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int max, TimeSpan wait, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            var sent = Volatile.Read(ref _sent).Task;
            var look = await LookAsync(max, cancellation);
            var now = clock.GetUtcNow();
            if (look.Received.Count > 0 || now >= until) return look.Received;
            var next = new[] { until, look.NextAt ?? until, now + LookAgain }.Min();
            if (next > now) await Pause.ForAsync(next - now, clock, cancellation, sent);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public async Task<ReceivedMessage?> RenewAsync(ReceivedMessage message, CancellationToken cancellation = default)
    {
        var until = clock.GetUtcNow() + _options.LockFor;
        return await ChangeAsync(message, stored => stored with { HiddenUntil = until }, cancellation) is { } etag
            ? message with { Lock = LockOf(etag, PathOf(message)), LockedUntil = until }
            : null;
    }

    /// <inheritdoc/>
    public Task<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellation = default) =>
        store.DeleteAsync(PathOf(message), ETagOf(message), cancellation);

    /// <inheritdoc/>
    public async Task<bool> AbandonAsync(ReceivedMessage message, CancellationToken cancellation = default)
    {
        if (await ChangeAsync(message, stored => stored with { HiddenUntil = null }, cancellation) is null) return false;
        Wake();
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> PostponeAsync(ReceivedMessage message, TimeSpan after, string reason, CancellationToken cancellation = default) =>
        await ChangeAsync(message, stored => stored with { HiddenUntil = clock.GetUtcNow() + after, Postponed = reason, Deliveries = stored.Deliveries - 1 }, cancellation) is not null;

    /// <inheritdoc/>
    public async Task<bool> DeadLetterAsync(ReceivedMessage message, string reason, CancellationToken cancellation = default) =>
        await store.GetAsync<StoredMessage>(PathOf(message), cancellation) is { } found && found.ETag == ETagOf(message)
        && await KillAsync(PathOf(message), found, reason, cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<WaitingMessage> WaitingAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(QueuePaths.Messages, null, cancellation))
        {
            if (await store.GetAsync<StoredMessage>(listed.Path, cancellation) is not { Value: { Dead: null } stored }) continue;
            yield return new(stored.Message, stored.EnqueuedAt, stored.Deliveries, stored.HiddenUntil > clock.GetUtcNow() ? stored.HiddenUntil : null, stored.Postponed);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> DeadLettersAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(QueuePaths.Dead, null, cancellation))
        {
            if (await store.GetAsync<StoredMessage>(listed.Path, cancellation) is not { Value: var dead }) continue;
            yield return new(DocumentPath.LastName(listed.Path), dead.Message, dead.Dead!, dead.EnqueuedAt, dead.DeadAt!.Value, dead.Deliveries);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RequeueAsync(string deadLetter, CancellationToken cancellation = default)
    {
        var path = QueuePaths.DeadOf(deadLetter);
        if (await store.GetAsync<StoredMessage>(path, cancellation) is not { } found) return false;
        // A crash between the two leaves both: the message is then handled twice, and makes one run.
        await SendAsync(found.Value.Message, cancellation);
        await store.DeleteAsync(path, found.ETag, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public Task<bool> PurgeAsync(string deadLetter, CancellationToken cancellation = default) => store.DeleteAsync(QueuePaths.DeadOf(deadLetter), null, cancellation);

    /// <summary>Locks the oldest that are free; when there is none, the time at which the next will be.</summary>
    private async Task<(IReadOnlyList<ReceivedMessage> Received, DateTimeOffset? NextAt)> LookAsync(int max, CancellationToken cancellation)
    {
        var received = new List<ReceivedMessage>();
        DateTimeOffset? nextAt = null;
        var now = clock.GetUtcNow();
        await foreach (var listed in store.ListAsync(QueuePaths.Messages, null, cancellation))
        {
            if (listed.Summary is { } summary && MessageSummary.Read(summary).HiddenUntil is { } hidden && hidden > now)
            {
                nextAt = nextAt is { } known && known < hidden ? known : hidden;
                continue;
            }
            if (await LockAsync(listed.Path, now, cancellation) is { } message) received.Add(message);
            if (received.Count == max) break;
        }
        return (received, nextAt);
    }

    private async Task<ReceivedMessage?> LockAsync(string path, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await store.GetAsync<StoredMessage>(path, cancellation) is not { } found) return null;
        var message = found.Value;
        if (message.Dead is not null) await BuryAsync(path, message, found.ETag, cancellation);
        else if (message.Deliveries >= _options.MaxDeliveries)
            await KillAsync(path, found, $"{QueueErrors.DeliveriesUsedUp}: received {message.Deliveries} times and never settled, as when it crashes the host; see the host's logs of the time", cancellation);
        else if (message.HiddenUntil is null || message.HiddenUntil <= now)
        {
            var locked = message with { HiddenUntil = now + _options.LockFor, Deliveries = message.Deliveries + 1 };
            if (await PutAsync(path, locked, WriteCondition.IfMatch(found.ETag), cancellation) is { } etag)
                return new(message.Message, message.EnqueuedAt, locked.Deliveries, LockOf(etag, path), locked.HiddenUntil.Value);
        }
        return null;
    }

    /// <summary>Marks a message as put aside, which decides it, and then moves it.</summary>
    private async Task<bool> KillAsync(string path, Stored<StoredMessage> found, string reason, CancellationToken cancellation)
    {
        var dead = found.Value with { Dead = reason, DeadAt = clock.GetUtcNow(), HiddenUntil = null };
        if (await PutAsync(path, dead, WriteCondition.IfMatch(found.ETag), cancellation) is not { } etag) return false;
        await BuryAsync(path, dead, etag, cancellation);
        return true;
    }

    private async Task BuryAsync(string path, StoredMessage dead, string etag, CancellationToken cancellation)
    {
        if (alerts is not null)
        {
            await alerts.RaiseAsync(new()
            {
                Id = Alert.IdOf(AlertKinds.DeadLetter, path),
                Kind = AlertKinds.DeadLetter,
                At = dead.DeadAt!.Value,
                Message = $"message '{dead.Message.Id}' was put aside: {dead.Dead} Mend the cause and requeue it, or purge it.",
            }, cancellation);
        }
        await PutAsync(QueuePaths.DeadOf(path, dead.DeadAt!.Value), dead, WriteCondition.None, cancellation);
        await store.DeleteAsync(path, etag, cancellation);
    }

    /// <summary>Changes a message that is locked by who received it; null when the lock was lost.</summary>
    private async Task<string?> ChangeAsync(ReceivedMessage message, Func<StoredMessage, StoredMessage> change, CancellationToken cancellation) =>
        await store.GetAsync<StoredMessage>(PathOf(message), cancellation) is { } found && found.ETag == ETagOf(message)
            ? await PutAsync(PathOf(message), change(found.Value), WriteCondition.IfMatch(found.ETag), cancellation)
            : null;

    private Task<string?> PutAsync(string path, StoredMessage message, WriteCondition condition, CancellationToken cancellation) =>
        store.PutAsync(path, message, condition, summary: message.Summary, cancellation: cancellation);

    private void Wake() => Interlocked.Exchange(ref _sent, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new();

    private static string LockOf(string etag, string path) => $"{path} {etag}";

    private static string PathOf(ReceivedMessage message) => message.Lock[..message.Lock.IndexOf(' ', StringComparison.Ordinal)];

    private static string ETagOf(ReceivedMessage message) => message.Lock[(message.Lock.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>
/// One execution of an orchestrator's code in memory, and its context. It is given turns, live or from history, and tells what the code
/// asked for.
/// </summary>
internal sealed class Execution(InstanceRow row, Orchestrator code, ILoggerFactory logging) : IOrchestrationContext
{
    private readonly TurnPump _pump = new();
    private readonly Dictionary<int, PendingActivity> _activities = [];
    private readonly Dictionary<int, PendingTimer> _timers = [];
    private readonly Dictionary<string, IAwaited> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventCame> _buffered = [];
    private readonly Digest _digest = new();
    private List<Asked> _asked = [];
    private Task<object?>? _main;
    private (byte[]? Input, bool Is) _again;
    private int _seq;
    private int _guids;
    private DateTime _now;

    /// <summary>Turns taken.</summary>
    public int Turns { get; private set; }

    /// <summary>Activities awaited.</summary>
    public IEnumerable<AskedActivity> Activities => _activities.Values.Select(pending => pending.Asked);

    /// <summary>Timers awaited.</summary>
    public IEnumerable<AskedTimer> Timers => _timers.Values.Select(pending => pending.Asked);

    /// <summary>Custom status as JSON, if the code has set one in this execution.</summary>
    public byte[]? CustomStatus { get; private set; }

    /// <summary>Events that the code has not taken.</summary>
    public IReadOnlyList<EventCame> Buffered => _buffered;

    /// <inheritdoc/>
    public string InstanceId => row.Id;

    /// <inheritdoc/>
    public string Version => row.Version;

    /// <inheritdoc/>
    public DateTime CurrentUtcDateTime => _now;

    /// <inheritdoc/>
    public bool IsReplaying { get; private set; }

    /// <summary>Takes a turn that history has, and says what does not match; null when all does.</summary>
    public string? Replay(Turn turn)
    {
        IsReplaying = true;
        var result = Take(turn.Time, turn.Received);
        IsReplaying = false;
        if (result.Received.Count < turn.Received.Count)
        {
            var lost = turn.Received.Except(result.Received).First();
            return $"turn {Turns}: history has {lost} for which the code no longer waits";
        }
        return Digest.Difference(turn.Digest, result.Digest) is { } difference ? $"turn {Turns}: {difference}" : null;
    }

    /// <summary>Takes a turn. What the code does not wait for (any more) is left out; with nothing left, it was no turn.</summary>
    public TurnResult Take(DateTime now, IReadOnlyList<Received> received)
    {
        foreach (var item in received)
            if (item is TimerFired fired && _timers.TryGetValue(fired.Seq, out var timer) && timer.Asked.At > now) now = timer.Asked.At;
        if (now > _now) _now = now;
        Turns++;
        if (_main is null) _pump.Run(() => _main = StartAsync());
        var taken = new List<Received>(received.Count);
        foreach (var item in received)
            if (Deliver(item)) taken.Add(item);
        if (taken.Count == 0 && Turns > 1) Turns--;
        var end = End();
        if (end is not null) _digest.Add(end is ExecutionAgain ? Digest.Again : Digest.End);
        var asked = _asked;
        _asked = [];
        return new(_now, taken, asked, _digest.Take(), end);
    }

    /// <summary>Why the code can never go on; null when it can.</summary>
    public UpdraftException? Stuck()
    {
        if (!_pump.Strayed && (_main!.IsCompleted || _activities.Count > 0 || _timers.Count > 0 || _waits.Count > 0)) return null;
        return new(EngineErrors.ForeignAwait,
            $"orchestrator '{row.Name}' of '{row.Id}' awaits something that is not from its context; orchestrators await activities, timers and events only");
    }

    /// <inheritdoc/>
    public T? GetInput<T>() => row.Input is null ? default : Payload.Read<T>(row.Input);

    /// <inheritdoc/>
    public Task<T> CallActivityAsync<T>(string name, object? input = null)
    {
        RequireTurn();
        var asked = new AskedActivity(++_seq, name, Payload.WriteOrNull(input, $"the input of activity '{name}'"));
        var awaited = new Awaited<T>();
        _activities.Add(asked.Seq, new(asked, awaited));
        Ask(asked);
        return awaited.Task;
    }

    /// <inheritdoc/>
    public Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        RequireTurn();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        var utc = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        var timer = new PendingTimer(new(++_seq, utc));
        _timers.Add(_seq, timer);
        Ask(timer.Asked);
        if (cancellationToken.CanBeCanceled) timer.Registration = cancellationToken.UnsafeRegister(_ => CancelTimer(timer, cancellationToken), null);
        return timer.Source.Task;
    }

    /// <inheritdoc/>
    public Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        RequireTurn();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        var awaited = new Awaited<T>();
        var early = _buffered.FindIndex(came => came.Name.Equals(eventName, StringComparison.OrdinalIgnoreCase));
        if (early >= 0)
        {
            var came = _buffered[early];
            _buffered.RemoveAt(early);
            awaited.Complete(came.Payload);
            return awaited.Task;
        }
        if (!_waits.TryAdd(eventName, awaited))
            throw new UpdraftException(EngineErrors.SecondWait, $"orchestrator '{row.Name}' already waits for event '{eventName}'; keep that one wait until it completes");
        cancellationToken.UnsafeRegister(_ =>
        {
            if (_waits.TryGetValue(eventName, out var waiting) && waiting == awaited) _waits.Remove(eventName);
            awaited.Cancel(cancellationToken);
        }, null);
        return awaited.Task;
    }

    /// <inheritdoc/>
    public void ContinueAsNew(object? newInput = null)
    {
        RequireTurn();
        _again = (Payload.WriteOrNull(newInput, "the input of a continue-as-new"), true);
    }

    /// <inheritdoc/>
    public void SetCustomStatus(object? customStatus)
    {
        RequireTurn();
        var json = Payload.Write(customStatus, "the custom status");
        if (2 * Encoding.UTF8.GetCharCount(json) > OrchestrationLimits.CustomStatus)
            throw new ArgumentException($"the custom status is over {OrchestrationLimits.CustomStatus / 1024} KB of UTF-16");
        CustomStatus = json;
    }

    /// <inheritdoc/>
    public Guid NewGuid()
    {
        RequireTurn();
        var cause = string.Create(CultureInfo.InvariantCulture, $"{row.Id}/{row.Created}/{row.Execution}/{++_guids}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(cause), hash);
        var bytes = hash[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80); // version 8: a hash of our own
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public ILogger CreateReplaySafeLogger(string categoryName) => new ReplaySafeLogger(logging.CreateLogger(categoryName), this);

    private async Task<object?> StartAsync() => await code(this);

    private bool Deliver(Received item)
    {
        switch (item)
        {
            case EventCame late when _main!.IsCompleted:
                _buffered.Add(late);
                return true;
            case not null when _main!.IsCompleted:
                return false;
            case ActivityReturned returned when _activities.Remove(returned.Seq, out var activity):
                _pump.Run(() => activity.Awaited.Complete(returned.Result));
                return true;
            case ActivityThrew threw when _activities.Remove(threw.Seq, out var activity):
                _pump.Run(() => activity.Fail(threw.Type, threw.Text));
                return true;
            case TimerFired fired when _timers.Remove(fired.Seq, out var timer):
                timer.Registration.Dispose();
                _pump.Run(() => timer.Source.TrySetResult());
                return true;
            case EventCame came:
                if (_waits.Remove(came.Name, out var wait)) _pump.Run(() => wait.Complete(came.Payload));
                else _buffered.Add(came);
                return true;
            default:
                return false;
        }
    }

    private ExecutionEnd? End()
    {
        if (_pump.Fault is { } fault) return new ExecutionFailed($"{fault.GetType().FullName}: {fault.Message}");
        if (!_main!.IsCompleted) return null;
        if (!_main.IsCompletedSuccessfully)
        {
            var exception = _main.Exception?.InnerException ?? new OperationCanceledException("the orchestrator was cancelled");
            return new ExecutionFailed($"{exception.GetType().FullName}: {exception.Message}");
        }
        if (_again.Is) return new ExecutionAgain(_again.Input);
        return Payload.TryWrite(_main.Result) is { } output
            ? new ExecutionCompleted(output)
            : new ExecutionFailed($"{EngineErrors.PayloadTooLarge}: {Payload.TooLarge("the output")}");
    }

    private void CancelTimer(PendingTimer timer, CancellationToken cancellation)
    {
        RequireTurn();
        if (!_timers.Remove(timer.Asked.Seq)) return;
        Ask(new AskedNoTimer(timer.Asked.Seq));
        timer.Source.TrySetCanceled(cancellation);
    }

    private void Ask(Asked asked)
    {
        _asked.Add(asked);
        _digest.Add(asked);
    }

    private void RequireTurn()
    {
        if (!_pump.IsCurrent)
            throw new UpdraftException(EngineErrors.ForeignAwait, $"the context of '{row.Id}' was used outside a turn; orchestrators await activities, timers and events only");
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.FunctionApp.Tests;

/// <summary>
/// Durable Task's side of an orchestrator's code: it replays a whole history, checks that the code asks for what it asked for then, and goes on
/// with what is new.
/// </summary>
internal sealed class HubContext(HubInstance instance, Func<TaskOrchestrationContext, Task<object?>> code) : TaskOrchestrationContext
{
    /// <summary>Longer timers are made of such pieces, as Durable Task does.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(3);

    private readonly OrchestratorThread _thread = new();
    private readonly SortedDictionary<int, Asked> _asked = [];
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> _open = [];
    private readonly Dictionary<string, Stack<TaskCompletionSource<string>>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventRaised> _buffered = [];
    private string? _input;
    private Task<object?>? _main;
    private DateTime _now;
    private int _ids, _guids;
    private bool _replaying;

    public override TaskName Name => instance.Name;

    public override string InstanceId => instance.Id;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public override string Version => instance.Version;

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    /// <summary>Set when the code has called for it; it takes effect when the code returns.</summary>
    public (string Input, bool KeepEvents)? Again { get; private set; }

    /// <summary>The status that the code showed last; null for none.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Events that the code has not taken.</summary>
    public IReadOnlyList<EventRaised> Untaken => _buffered;

    /// <summary>What the code returned or threw; null while it waits.</summary>
    public Task<object?>? End => _main is { IsCompleted: true } ? _main : null;

    /// <summary>Takes a turn over a history and what has come since.</summary>
    /// <returns>What the code asks for now.</returns>
    /// <exception cref="RuleBrokenException">The code is not deterministic, or awaits what is not from here.</exception>
    public IReadOnlyList<Asked> Take(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> come)
    {
        _thread.Run(() =>
        {
            _replaying = true;
            foreach (var each in past) Handle(each);
            if (_asked.Count > 0) throw new RuleBrokenException($"in a replay the code asks for {_asked.First().Value}, for which it did not ask before");
            _replaying = false;
            foreach (var each in come) Handle(each);
        });
        if (_thread.Strayed) throw new RuleBrokenException("the code awaits what is not from its context: another thread went on with it");
        if (End is null && _open.Count == 0 && _waits.Values.All(stack => stack.Count == 0)) throw new RuleBrokenException("the code waits for nothing that can come");
        return [.. _asked.Values];
    }

    public override T? GetInput<T>()
        where T : default
    {
        EnsureLegalAccess();
        return _input is null ? default : HubJson.Read<object>(_input) is T typed ? typed : HubJson.Read<T>(_input);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureLegalAccess();
        var id = _ids++;
        var source = Open(new TaskScheduled(id, name.Name, HubJson.Write(input)));
        try
        {
            var result = await source.Task;
            return typeof(TResult) == typeof(JsonElement) ? (TResult)(object)result : result.Deserialize<TResult>()!;
        }
        catch (Failed failed)
        {
            throw new TaskFailedException(name, id, failed.Details);
        }
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureLegalAccess();
        var at = fireAt.ToUniversalTime();
        while (at - _now > LongestTimer && !cancellationToken.IsCancellationRequested) await SleepAsync(_now + LongestTimer, cancellationToken);
        await SleepAsync(at, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureLegalAccess();
        var source = new TaskCompletionSource<string>();
        if (!_waits.TryGetValue(eventName, out var stack)) _waits.Add(eventName, stack = new());
        stack.Push(source);
        if (_buffered.FindIndex(each => each.Name.Equals(eventName, StringComparison.OrdinalIgnoreCase)) is var early and >= 0)
        {
            var raised = _buffered[early];
            _buffered.RemoveAt(early);
            stack.Pop().SetResult(raised.Input);
        }
        cancellationToken.Register(() => source.TrySetCanceled(cancellationToken));
        return ReadAsync();

        async Task<T> ReadAsync() => HubJson.Read<T>(await source.Task)!;
    }

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new RuleBrokenException("actors tell each other by activities");

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureLegalAccess();
        CustomStatus = HubJson.WriteStatus(customStatus);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) => throw new RuleBrokenException("there are no sub-orchestrations");

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        EnsureLegalAccess();
        Again = (HubJson.Write(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        EnsureLegalAccess();
        return new(SHA256.HashData(Encoding.UTF8.GetBytes($"{instance.Id}/{_now:O}/{_guids++}")).AsSpan(0, 16));
    }

    public override ILogger CreateReplaySafeLogger(string categoryName) => NullLogger.Instance;

    private void Handle(HistoryEvent each)
    {
        switch (each)
        {
            case TurnBegan turn:
                _now = turn.At;
                break;
            case ExecutionStarted started:
                _input = started.Input;
                _main = StartAsync();
                break;
            case Asked asked:
                if (!_asked.Remove(asked.Id, out var now) || now != asked) throw new RuleBrokenException($"in a replay the code asks for {now}, where it asked for {asked} before");
                break;
            case EventRaised raised:
                if (End is null && _waits.TryGetValue(raised.Name, out var stack) && stack.TryPop(out var wait)) wait.TrySetResult(raised.Input);
                else _buffered.Add(raised);
                break;
            case TaskCompleted completed when _open.Remove(completed.Id, out var open):
                open.SetResult(completed.Result);
                break;
            case TaskFailed failed when _open.Remove(failed.Id, out var open):
                open.SetException(new Failed(failed.Details));
                break;
            case TimerFired fired when _open.Remove(fired.Id, out var open):
                open.SetResult(default);
                break;
        }
    }

    private async Task<object?> StartAsync() => await code(this);

    private async Task SleepAsync(DateTime until, CancellationToken cancellation)
    {
        var id = _ids++;
        var source = Open(new TimerCreated(id, until));
        // The timer itself is left, and fires for nobody.
        cancellation.Register(() =>
        {
            _open.Remove(id);
            source.TrySetCanceled(cancellation);
        });
        await source.Task;
    }

    private TaskCompletionSource<JsonElement> Open(Asked asked)
    {
        var source = new TaskCompletionSource<JsonElement>();
        _asked.Add(asked.Id, asked);
        _open.Add(asked.Id, source);
        return source;
    }

    private void EnsureLegalAccess()
    {
        if (!_thread.IsCurrent) throw new RuleBrokenException("the context was used on another thread than the orchestrator's");
    }

    private sealed class Failed(TaskFailureDetails details) : Exception
    {
        public TaskFailureDetails Details { get; } = details;
    }
}

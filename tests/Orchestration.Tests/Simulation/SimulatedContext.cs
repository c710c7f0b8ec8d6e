using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.Orchestration.Tests;

/// <summary>One turn: runs the orchestrator from its beginning over the history, and holds it to what it asked for before.</summary>
internal sealed class SimulatedContext(SimulatedEngine.Instance instance) : IOrchestrationContext
{
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> _awaited = [];
    private readonly Dictionary<string, TaskCompletionSource<JsonElement>> _waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<JsonElement>> _unclaimed = new(StringComparer.Ordinal);
    private int _number;

    public List<HistoryAction> NewActions { get; } = [];

    public List<int> Cancelled { get; } = [];

    public JsonElement? ContinuesWith { get; private set; }

    public Exception? Failure { get; private set; }

    public string InstanceId => instance.Id;

    public string Version => "1";

    public DateTime CurrentUtcDateTime { get; private set; }

    public bool IsReplaying { get; private set; } = true;

    /// <summary>True when the code has returned.</summary>
    public bool Replay(Orchestrator code)
    {
        var before = SynchronizationContext.Current;
        var turn = new TurnContext();
        SynchronizationContext.SetSynchronizationContext(turn);
        try
        {
            Task<object?>? task = null;
            var lastTurn = instance.History.FindLastIndex(item => item.Kind is EventKind.TurnStarted);
            for (var i = 0; i < instance.History.Count; i++)
            {
                var item = instance.History[i];
                IsReplaying = i < lastTurn;
                switch (item.Kind)
                {
                    case EventKind.TurnStarted:
                        CurrentUtcDateTime = item.Value.GetDateTime().ToUniversalTime();
                        task ??= code(this);
                        break;
                    case EventKind.Completed:
                        if (_awaited.Remove(item.Number, out var completed)) completed.TrySetResult(item.Value);
                        break;
                    case EventKind.Failed:
                        if (_awaited.Remove(item.Number, out var failed)) failed.TrySetException(new ActivityFailedException(item.Name, "IOException", item.Value.GetString()!));
                        break;
                    default:
                        if (_waits.Remove(item.Name, out var wait)) wait.TrySetResult(item.Value);
                        else (_unclaimed.TryGetValue(item.Name, out var queue) ? queue : _unclaimed[item.Name] = new()).Enqueue(item.Value);
                        break;
                }
                turn.Pump();
                Failure ??= task?.Exception?.InnerException;
            }
            // What it asked for in earlier turns it must have asked for again.
            Assert.True(_number >= instance.Actions.Count || Failure is not null, $"the replay of {instance.Id} stopped short");
            return task!.IsCompleted;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public T? GetInput<T>() => instance.Input.Deserialize<T>(OrchestrationJson.Options);

    public async Task<T> CallActivityAsync<T>(string name, object? input = null)
    {
        var json = SimulatedEngine.ToJson(input);
        Assert.True(json.GetRawText().Length <= OrchestrationLimits.Payload, $"the input of '{name}' is too large");
        var result = await Ask(new(_number, name, json, null)).Task;
        return typeof(T) == typeof(JsonElement) ? (T)(object)result : result.Deserialize<T>(OrchestrationJson.Options)!;
    }

    public Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var number = _number;
        var timer = Ask(new(number, "timer", default, fireAt));
        cancellationToken.Register(() =>
        {
            if (timer.TrySetCanceled(cancellationToken)) Cancelled.Add(number);
        });
        return timer.Task;
    }

    public async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        if (_unclaimed.TryGetValue(eventName.ToLowerInvariant(), out var queue) && queue.TryDequeue(out var value)) return value.Deserialize<T>(OrchestrationJson.Options)!;
        var wait = _waits[eventName.ToLowerInvariant()] = new();
        return (await wait.Task).Deserialize<T>(OrchestrationJson.Options)!;
    }

    public void ContinueAsNew(object? newInput = null) => ContinuesWith = SimulatedEngine.ToJson(newInput);

    public void SetCustomStatus(object? customStatus)
    {
    }

    public Guid NewGuid() => throw new NotSupportedException();

    public ILogger CreateReplaySafeLogger(string categoryName) => NullLogger.Instance;

    private TaskCompletionSource<JsonElement> Ask(HistoryAction action)
    {
        if (_number < instance.Actions.Count)
        {
            var recorded = instance.Actions[_number];
            Assert.True(recorded.Name == action.Name && recorded.FireAt == action.FireAt && Text(recorded.Input) == Text(action.Input),
                $"{instance.Id} asked for {recorded} before, and for {action} in the replay");
        }
        else
        {
            NewActions.Add(action);
        }
        _number++;
        return _awaited[action.Number] = new();
    }

    private static string Text(JsonElement json) => json.ValueKind is JsonValueKind.Undefined ? "" : json.GetRawText();

    private sealed class TurnContext : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback callback, object? state) => _posted.Enqueue((callback, state));

        public void Pump()
        {
            while (_posted.TryDequeue(out var posted)) posted.Callback(posted.State);
        }
    }
}

using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Updraft.FunctionApp.Tests;

/// <summary>Code of an activity as the hub calls it: name, instance, input.</summary>
internal delegate Task<JsonElement> HubActivity(string name, string instanceId, JsonElement input, CancellationToken cancellation);

/// <summary>
/// A task hub as strict as Durable Task allows one to be: it replays the whole history in every turn, and with a seed its delivery is as weak
/// as it may be. Time is the given clock's.
/// </summary>
internal sealed class FakeTaskHub(string name, TimeProvider time, int? weakSeed = null) : IAsyncDisposable
{
    private const int LargestBatch = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HubInstance> _instances = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ITimer> _timers = [];
    private Func<TaskOrchestrationContext, Task<object?>>? _orchestrator;
    private HubActivity? _activity;
    private TaskCompletionSource _idle = Completed();
    private int _working;

    public string Name => name;

    public Weakness? Weak { get; } = weakSeed is { } seed ? new(seed) : null;

    /// <summary>Rules of Durable Task that the code broke.</summary>
    public List<string> Broken { get; } = [];

    /// <summary>Notes that a rule was broken, whoever catches what is thrown.</summary>
    public RuleBrokenException Break(string rule)
    {
        lock (_gate) Broken.Add(rule);
        return new(rule);
    }

    /// <summary>The largest of everything seen.</summary>
    public HubFigures Figures { get; } = new();

    /// <summary>Begins to take turns, also those that waited for it.</summary>
    public void Start(Func<TaskOrchestrationContext, Task<object?>> orchestrator, HubActivity activity)
    {
        lock (_gate)
        {
            (_orchestrator, _activity) = (orchestrator, activity);
            foreach (var instance in _instances.Values) Wake(instance);
        }
    }

    /// <summary>Completes once no turn and no activity is under way.</summary>
    public Task IdleAsync()
    {
        lock (_gate) return _idle.Task;
    }

    /// <summary>An activity that waits for the clock, or to be stopped, is not at work meanwhile.</summary>
    public async Task AwayAsync(Func<Task> wait)
    {
        Done();
        try
        {
            await wait();
        }
        finally
        {
            lock (_gate) Begin();
        }
    }

    /// <summary>Does something with the instances, and then has those with something to do take turns.</summary>
    public T With<T>(string instanceId, Func<Dictionary<string, HubInstance>, T> change)
    {
        lock (_gate)
        {
            var result = change(_instances);
            if (_instances.TryGetValue(instanceId, out var instance)) Wake(instance);
            return result;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _orchestrator = null;
        await _stopping.CancelAsync();
        await IdleAsync();
        foreach (var timer in _timers) await timer.DisposeAsync();
        _stopping.Dispose();
    }

    private void Wake(HubInstance instance)
    {
        if (_orchestrator is null || !instance.CanTurn) return;
        instance.IsBusy = true;
        Begin();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            try
            {
                Turn(instance);
            }
            catch (Exception exception)
            {
                lock (_gate) Broken.Add($"{instance.Id}: the hub itself failed: {exception}");
            }
            finally
            {
                Done();
            }
        }, null);
    }

    private void Turn(HubInstance instance)
    {
        List<HistoryEvent> batch, past;
        Func<TaskOrchestrationContext, Task<object?>>? orchestrator;
        lock (_gate)
        {
            orchestrator = _orchestrator;
            batch = Weak?.Pick(instance.Come) ?? TakeFirst(instance.Come);
            past = [.. instance.History];
            if (orchestrator is null) return;
        }
        batch.Insert(0, new TurnBegan(time.GetUtcNow().UtcDateTime));
        if (Weak?.LosesTurn() == true) Attempt(new HubContext(instance, orchestrator), past, batch);
        var context = new HubContext(instance, orchestrator);
        var (asked, broken) = Attempt(context, past, batch);
        lock (_gate)
        {
            instance.IsBusy = false;
            instance.Updated = time.GetUtcNow();
            if (instance.HasEnded) return; // Terminated meanwhile.
            if (instance.Status is OrchestrationRuntimeStatus.Pending) instance.Status = OrchestrationRuntimeStatus.Running;
            List<HistoryEvent> turn = [.. batch, .. asked, new TurnEnded()];
            instance.Record(turn);
            instance.CustomStatus = context.CustomStatus ?? instance.CustomStatus;
            Figures.Turn(instance, turn);
            if (broken is not null) Fail(instance, new(typeof(RuleBrokenException).FullName!, broken, null, null, null), broken);
            else if (context.End is { } end) EndExecution(instance, context, end);
            else foreach (var each in asked) Carry(instance, instance.Execution, each);
            Wake(instance);
        }
    }

    private static (IReadOnlyList<Asked> Asked, string? Broken) Attempt(HubContext context, List<HistoryEvent> past, List<HistoryEvent> batch)
    {
        try
        {
            return (context.Take(past, batch), null);
        }
        catch (RuleBrokenException broken)
        {
            return ([], broken.Message);
        }
    }

    private void EndExecution(HubInstance instance, HubContext context, Task<object?> end)
    {
        if (!end.IsCompletedSuccessfully)
        {
            var thrown = end.Exception?.InnerException ?? new OperationCanceledException("the orchestrator was cancelled");
            Fail(instance, new(thrown.GetType().FullName!, thrown.Message, null, null, null), thrown is RuleBrokenException ? thrown.Message : null);
        }
        else if (context.Again is { } again)
        {
            var events = again.KeepEvents ? context.Untaken.Concat(instance.Come.OfType<EventRaised>()) : [];
            instance.Again(again.Input, events.Where(_ => Weak?.LosesWhenContinuing() != true));
        }
        else
        {
            instance.Status = OrchestrationRuntimeStatus.Completed;
            instance.Output = HubJson.Write(end.Result);
        }
    }

    private void Fail(HubInstance instance, TaskFailureDetails failure, string? broken)
    {
        instance.Status = OrchestrationRuntimeStatus.Failed;
        // Azure Storage shows the reason as an output that is no JSON; and not every backend has the details.
        instance.Output = $"Orchestrator function '{instance.Name}' failed: {failure.ErrorMessage}";
        instance.Failure = Weak?.ForgetsFailureDetails() == true ? null : failure;
        if (broken is not null) Broken.Add($"{instance.Id}: {broken}");
    }

    private void Carry(HubInstance instance, int execution, Asked asked)
    {
        if (asked is TimerCreated timer)
        {
            var due = timer.FireAt - time.GetUtcNow().UtcDateTime;
            _timers.Add(time.CreateTimer(_ => Come(instance, execution, new TimerFired(timer.Id)), null, due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan));
            return;
        }
        Begin();
        _ = Task.Run(() => WorkAsync(instance, execution, (TaskScheduled)asked));
    }

    private async Task WorkAsync(HubInstance instance, int execution, TaskScheduled task)
    {
        var twice = Weak?.RunsActivityTwice() == true;
        var once = RunAsync(instance, execution, task);
        if (twice) await Task.WhenAll(once, RunAsync(instance, execution, task)); // At the same time, as when a message is delivered again.
        else await once;
        Done();
    }

    private async Task RunAsync(HubInstance instance, int execution, TaskScheduled task)
    {
        HistoryEvent result;
        try
        {
            var json = HubJson.Write(await _activity!(task.Name, instance.Id, HubJson.Read<JsonElement>(task.Input), _stopping.Token));
            result = new TaskCompleted(task.Id, HubJson.Read<JsonElement>(json), Encoding.UTF8.GetByteCount(json));
        }
        catch (Exception exception)
        {
            if (exception is RuleBrokenException broken) Break(broken.Message);
            result = new TaskFailed(task.Id, new(exception.GetType().FullName!, exception.Message, null, null, null));
        }
        if (_stopping.IsCancellationRequested) return;
        Come(instance, execution, result);
        if (Weak?.CompletesTwice() == true) Come(instance, execution, result);
    }

    private void Come(HubInstance instance, int execution, HistoryEvent each)
    {
        lock (_gate)
        {
            if (instance.HasEnded || instance.Execution != execution) return;
            instance.Come.Add(each);
            Wake(instance);
        }
    }

    private static List<HistoryEvent> TakeFirst(List<HistoryEvent> come)
    {
        var some = come.Take(LargestBatch).ToList();
        come.RemoveRange(0, some.Count);
        return some;
    }

    private void Begin()
    {
        if (_working++ == 0) _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Done()
    {
        lock (_gate)
        {
            if (--_working == 0) _idle.TrySetResult();
        }
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}

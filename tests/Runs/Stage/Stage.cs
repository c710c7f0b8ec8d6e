using System.Collections.Concurrent;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Runs;

/// <summary>What the tasks of a test do, and a journal of what they did. It outlives the hosts of a test, as the outside world does.</summary>
internal sealed class Stage
{
    private readonly ConcurrentDictionary<string, Func<Act, Task<TaskOutcome>>> _parts = new(StringComparer.Ordinal);
    private readonly List<Execution> _journal = [];
    private readonly Lock _gate = new();
    private int _moments;

    /// <summary>Where it plays at the moment.</summary>
    public Scene Scene { get; set; } = null!;

    /// <summary>All executions, in the order of their starts.</summary>
    public IReadOnlyList<Execution> Journal
    {
        get
        {
            lock (_gate) return [.. _journal];
        }
    }

    /// <summary>Attempts that were executed, by name, in the order of their first starts.</summary>
    public IReadOnlyList<string> Attempts => [.. Journal.Select(each => each.Attempt).Distinct()];

    /// <summary>Whether every execution hands over something that no other does, in place of its value.</summary>
    public bool IsUnique { get; init; }

    /// <summary>The most executions that were at work at the same time.</summary>
    public int Peak { get; private set; }

    public IEnumerable<IOperator> Operators => [new WorkOperator(this), new WorkOperator(this, "say"), FakeBackend.Job, Sensor, .. World.Operators];

    /// <summary>What the sensors of tests about shared waits see.</summary>
    public FakeWorld World { get; } = new();

    public FakeBackend FakeBackend { get; } = new();

    public FakeSensor Sensor { get; } = new();

    /// <summary>Says what a task does. Others hand over their field <c>value</c>.</summary>
    public Stage On(string task, Func<Act, Task<TaskOutcome>> part)
    {
        _parts[task] = part;
        return this;
    }

    /// <inheritdoc cref="On(string, Func{Act, Task{TaskOutcome}})"/>
    public Stage On(string task, Func<Act, TaskOutcome> part) => On(task, act => Task.FromResult(part(act)));

    public int Executions(string task) => Journal.Count(each => each.Task == task);

    public async Task<TaskOutcome> PlayAsync(Act act)
    {
        var execution = new Execution(act.Context.TaskId, act.Context.Keys.IsEmpty ? act.Context.TaskId : $"{act.Context.TaskId}[{string.Join('/', act.Context.Keys)}]", act.Context.AttemptId);
        lock (_gate)
        {
            execution.StartedAt = ++_moments;
            _journal.Add(execution);
            Peak = Math.Max(Peak, _journal.Count(each => !each.Ended));
        }
        try
        {
            if (_parts.TryGetValue(act.Context.TaskId, out var part)) return await part(act);
            var given = act.Fields.TryGetProperty("value", out var value);
            if (given) execution.Read = value.Clone();
            return IsUnique ? TaskOutcome.Success(new { act.Context.AttemptId, Execution = execution.StartedAt }) : given ? TaskOutcome.Success(value) : TaskOutcome.Success();
        }
        finally
        {
            lock (_gate) execution.EndedAt = ++_moments;
        }
    }

    /// <summary>Waits for the clock or a stop without counting as work, so that a test can tell when all else is done.</summary>
    public async Task AwayAsync(Func<Action, IDisposable?> until, CancellationToken stop)
    {
        var work = (await Scene.OpenedAsync()).Embedded.Work;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var woken = 0;
        void Wake()
        {
            if (Interlocked.Exchange(ref woken, 1) != 0) return;
            work.Add();
            over.SetResult();
        }
        using var timer = until(Wake);
        using var stopped = stop.UnsafeRegister(_ => Wake(), null);
        work.Done();
        await over.Task;
        stop.ThrowIfCancellationRequested();
    }
}

/// <summary>An execution of an attempt.</summary>
internal sealed class Execution(string task, string instance, string attempt)
{
    public string Task { get; } = task;

    /// <summary>As in <c>fit[SEA]</c>.</summary>
    public string Instance { get; } = instance;

    public string Attempt { get; } = attempt;

    /// <summary>The value that it was given; null for none.</summary>
    public JsonElement? Read { get; set; }

    /// <summary>Where its start stands among all starts and ends.</summary>
    public int StartedAt { get; set; }

    /// <summary>Where its end stands among all starts and ends; null while it is at work.</summary>
    public int? EndedAt { get; set; }

    public bool Ended => EndedAt is not null;

    public override string ToString() => Attempt;
}

/// <summary>The run operator of the tests: <c>value</c> is handed over unless the test says otherwise.</summary>
internal sealed class WorkOperator(Stage stage, string name = "work") : IRunOperator
{
    public OperatorManifest Manifest { get; } = new() { Name = name, Kind = OperatorKind.Run, Description = "Does what the test says.", Fields = JsonSerializer.SerializeToElement(new { type = "object", additionalProperties = true }) };

    public Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop) => stage.PlayAsync(new Act(stage, context, fields, stop));
}

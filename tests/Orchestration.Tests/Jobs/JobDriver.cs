using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>Feeds a job machine and keeps what it asked for.</summary>
internal sealed class JobDriver
{
    private readonly Dictionary<string, DateTime> _timers = new(StringComparer.Ordinal);
    private readonly JobRequest _request;
    private JobMachine _machine;

    public JobDriver(bool sensor = false, TimeSpan? timeout = null)
    {
        _request = new()
        {
            Attempt = new() { AttemptId = "run/task/1", RunId = "run", DagHash = "hash", TaskId = "task", Try = 1 },
            Sensor = sensor, Timeout = timeout, Parent = new("run", "runs/run/"), ParentKey = "7",
        };
        _machine = new(_request, new());
        Handle(new Started());
    }

    public DateTime Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Calls that have not been answered.</summary>
    public Dictionary<string, CallEffect> Calls { get; } = new(StringComparer.Ordinal);

    public bool IsFinal => _machine.IsFinal;

    /// <summary>The one call that is not answered.</summary>
    public string Doing => Assert.Single(Calls).Value.Activity;

    public AttemptResult Reported => ((TellActor)Calls["report"].Input).Body.Deserialize<AttemptEnded>(OrchestrationJson.Options)!.Result;

    public JobDriver Return(object result)
    {
        var (key, _) = Assert.Single(Calls);
        return Return(key, result);
    }

    public JobDriver Return(string key, object result)
    {
        Calls.Remove(key);
        Handle(new Returned(key, JsonSerializer.SerializeToElement(result, OrchestrationJson.Options)));
        return this;
    }

    public JobDriver Throw(string message)
    {
        var (key, _) = Assert.Single(Calls);
        Calls.Remove(key);
        Handle(new Threw(key, "IOException", message));
        return this;
    }

    public JobDriver Stop()
    {
        Handle(new Told("stop", JobCommands.Stop, JsonSerializer.SerializeToElement(new { })));
        return this;
    }

    public JobDriver Wake()
    {
        Handle(new Told("wake", JobCommands.Wake, JsonSerializer.SerializeToElement(new { })));
        return this;
    }

    /// <summary>To the next timer; how long that was.</summary>
    public TimeSpan Wait()
    {
        var (key, at) = _timers.MinBy(timer => timer.Value);
        var waited = at - Now;
        Now = at > Now ? at : Now;
        _timers.Remove(key);
        Handle(new Fired(key));
        return waited;
    }

    /// <summary>As after the execution was lost: a new machine from what is stored.</summary>
    public JobDriver StartAgain()
    {
        var body = _machine.TakeChanges()?.Body ?? _stored;
        _timers.Clear();
        Calls.Clear();
        _machine = new(_request, body.Deserialize<JobState>(OrchestrationJson.Options)!);
        Handle(new Started());
        return this;
    }

    private JsonElement _stored;

    private void Handle(Message message)
    {
        var effects = new Effects();
        _machine.Handle(message, Now, effects);
        foreach (var effect in effects.List)
        {
            switch (effect)
            {
                case CallEffect call: Calls.Add(call.Key, call); break;
                case TimerEffect timer: _timers[timer.Key] = timer.At; break;
                case CancelTimerEffect cancel: _timers.Remove(cancel.Key); break;
                case PublishEffect when _machine.TakeChanges() is { } changes: _stored = changes.Body; break;
            }
        }
    }
}

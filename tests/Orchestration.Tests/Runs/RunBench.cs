using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>A run's machine on a bench: the test feeds it by hand, sees what it asks for, and may lose the execution at any point.</summary>
internal sealed class RunBench
{
    private readonly RunPlan _plan;
    private readonly RunRequest _request;
    private readonly RunScope _scope;
    private readonly Dictionary<string, Effect> _pending = [];
    private readonly SortedDictionary<int, JsonElement> _pages = [];
    private RunMachine _machine = null!;
    private int _told;

    public RunBench(DagSpec dag, Func<RunRequest, RunRequest>? with = null, int partSize = 200)
    {
        _plan = PlanCompiler.Compile(dag);
        var request = new RunRequest
        {
            RunId = "r", Dag = dag.Name, DagHash = "h", Conf = default, Params = default, LogicalDate = Now, DataIntervalStart = Now, DataIntervalEnd = Now, CreatedAt = Now,
        };
        _request = with?.Invoke(request) ?? request;
        _scope = RunScope.Of(_request, _plan, RunPaths.Of("r"), partSize);
        Lose();
    }

    public DateTime Now { get; set; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public ActorHead? Head { get; private set; }

    public RunBody Body => Head!.Body.Deserialize<RunBody>(OrchestrationJson.Options)!;

    public bool IsFinal => _machine.IsFinal;

    /// <summary>Calls that were asked for and have not returned.</summary>
    public IEnumerable<CallEffect> Calls => _pending.Values.OfType<CallEffect>();

    public IEnumerable<TimerEffect> Timers => _pending.Values.OfType<TimerEffect>();

    /// <summary>How many documents were stored.</summary>
    public int Stores { get; private set; }

    public RunSummary Summary { get; private set; } = null!;

    public TellActor[] Tells(string kind) => [.. Calls.Select(call => call.Input).Select(Input<TellActor>).Where(tell => tell?.Kind == kind)!];

    /// <summary>The inputs of the calls of an activity.</summary>
    public T[] CallsOf<T>(string activity) where T : class => [.. Calls.Where(call => call.Activity == activity).Select(call => Input<T>(call.Input)!)];

    public InstanceDocument this[string task] => _pages.Values.SelectMany(page => page.Deserialize<InstancePage>(OrchestrationJson.Options)!.Instances)
        .Single(instance => instance.Shown && (instance.Keys.IsEmpty ? instance.Task : $"{instance.Task}[{string.Join('/', instance.Keys)}]") == task);

    /// <summary>The execution is lost, and another begins from the documents.</summary>
    public RunBench Lose()
    {
        _pending.Clear();
        _machine = new RunMachine(_plan, _scope, _request, Head, [.. _pages.Values]);
        Feed(new Started());
        return this;
    }

    public RunBench Tell(string kind, object body, string? id = null)
    {
        Feed(new Told(id ?? $"told-{++_told}", kind, JsonSerializer.SerializeToElement(body, OrchestrationJson.Options)));
        return this;
    }

    /// <summary>A task's attempt ends.</summary>
    public RunBench End(string task, AttemptOutcome outcome = AttemptOutcome.Success, object? output = null)
    {
        var call = Calls.First(call => call.Input is AttemptRequest request && (request.Place.IsEmpty ? request.TaskId : $"{request.TaskId}[{string.Join('/', request.Place.Select(at => at.Key))}]") == task);
        return Return(call, new AttemptResult { Outcome = outcome, Output = output is null ? null : new OutputRef(JsonSerializer.SerializeToElement(output)), Reason = outcome is AttemptOutcome.Success ? null : "broken" });
    }

    /// <summary>All calls of an activity return.</summary>
    public RunBench Return(string activity, object? result = null)
    {
        foreach (var call in Calls.Where(call => call.Activity == activity).ToArray()) Return(call, result);
        return this;
    }

    public RunBench Return(CallEffect call, object? result)
    {
        _pending.Remove(call.Key);
        Feed(new Returned(call.Key, JsonSerializer.SerializeToElement(result, OrchestrationJson.Options)));
        return this;
    }

    /// <summary>The one call of an activity throws.</summary>
    public RunBench Throw(string activity)
    {
        var call = Calls.Single(call => call.Activity == activity);
        _pending.Remove(call.Key);
        Feed(new Threw(call.Key, "IOException", "the storage is away"));
        return this;
    }

    public RunBench Fire(string key)
    {
        var timer = Timers.Single(timer => timer.Key == key);
        Now = timer.At > Now ? timer.At : Now;
        _pending.Remove(key);
        Feed(new Fired(key));
        return this;
    }

    private void Feed(Message message)
    {
        var effects = new Effects();
        _machine.Handle(message, Now, effects);
        foreach (var effect in effects.List)
        {
            if (effect is CallEffect call) _pending[call.Key] = call;
            else if (effect is TimerEffect timer) _pending[timer.Key] = timer;
            else if (effect is CancelTimerEffect cancel) _pending.Remove(cancel.Key);
        }
        if (_machine.TakeChanges() is not { } changes) return;
        Stores++;
        foreach (var page in changes.Pages) _pages[page.Number] = page.Content;
        Summary = JsonSerializer.Deserialize<RunSummary>(changes.Summary!, OrchestrationJson.Options)!;
        Head = new ActorHead { Kind = ActorKindNames.Run, Generation = 1, Revision = changes.Revision, Final = false, Pages = _pages.Count, Taken = [], Body = changes.Body };
    }

    private static T? Input<T>(object input) where T : class => input as T ?? (input is JsonElement json ? Read<T>(json) : null);

    private static T? Read<T>(JsonElement json) where T : class
    {
        try
        {
            return json.Deserialize<T>(OrchestrationJson.Options);
        }
        catch (JsonException)
        {
            return null; // Of another activity.
        }
    }
}

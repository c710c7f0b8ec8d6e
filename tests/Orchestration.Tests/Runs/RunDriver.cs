using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>Answers whatever a run's state asks for, in an order drawn from a seed; now and then forgets all and loads the document.</summary>
internal sealed class RunDriver
{
    private static readonly ActorId Self = new(ActorKindNames.Run, "runs/r/");
    private readonly RunPlan _plan;
    private readonly Script _script;
    private readonly Random _random;
    private readonly int _reloadOneIn;
    private readonly RunScope _scope;
    private readonly List<Effect> _pending = [];
    private readonly Effects _effects = new();
    private readonly SortedDictionary<int, JsonElement> _pages = [];
    private DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public RunDriver(RunPlan plan, Script script, int seed, int reloadOneIn = 0)
    {
        (_plan, _script, _random, _reloadOneIn) = (plan, script, new Random(seed), reloadOneIn);
        _scope = new RunScope { RunId = "r", DagHash = "h", Self = Self, RunPath = Self.Path, MaxActiveTasks = plan.Spec.MaxActiveTasks };
        State = new RunState(plan, _scope);
    }

    public RunState State { get; private set; }

    /// <summary>Attempts at work at once, at the most.</summary>
    public int MostActive { get; private set; }

    public void Run()
    {
        State.Begin(_effects, _now);
        for (var step = 0; ; step++)
        {
            Collect();
            if (State.IsFinished) return;
            if (_pending.Count == 0) throw new InvalidOperationException("The run is stuck: " + string.Join(", ", State.Instances.Where(i => i.IsShown && !i.State.IsFinal()).Select(i => $"{i} {i.State} {i.Reason}")));
            if (step > 20_000) throw new InvalidOperationException("The run does not end.");
            if (_reloadOneIn > 0 && _random.Next(_reloadOneIn) == 0)
            {
                Reload();
                continue;
            }
            var next = _pending[_random.Next(_pending.Count)];
            _pending.Remove(next);
            State.Handle(Answer(next), _effects, _now);
        }
    }

    public SortedDictionary<string, TaskState> States()
    {
        var states = new SortedDictionary<string, TaskState>(StringComparer.Ordinal);
        foreach (var instance in State.Instances.Where(instance => instance.IsShown)) states.Add(Name(instance), instance.State);
        return states;
    }

    private static string Name(TaskInstance instance) => $"{instance.Task.Id}[{string.Join('/', instance.Home.Path.Select(at => at.Slot))}]";

    private void Collect()
    {
        foreach (var effect in _effects.List)
        {
            if (effect is CancelTimerEffect cancel) _pending.RemoveAll(pending => pending is TimerEffect timer && timer.Key == cancel.Key);
            else if (effect is TimerEffect timer)
            {
                _pending.RemoveAll(pending => pending is TimerEffect old && old.Key == timer.Key);
                _pending.Add(timer);
            }
            else if (effect is CallEffect call)
            {
                Assert.DoesNotContain(_pending, pending => pending is CallEffect other && other.Key == call.Key);
                _pending.Add(call);
            }
        }
        _effects.List.Clear();
        MostActive = Math.Max(MostActive, _pending.Count(pending => pending is CallEffect { Activity: ActivityNames.RunAttempt }));
    }

    /// <summary>An execution is lost: what was asked for is forgotten, and the state goes on from its document.</summary>
    private void Reload()
    {
        foreach (var page in State.TakePages()) _pages[page.Number] = page.Content;
        var body = JsonSerializer.SerializeToElement(State.Store(new RunBody()), OrchestrationJson.Options).Deserialize<RunBody>(OrchestrationJson.Options)!;
        _pending.Clear();
        State = RunState.Load(_plan, _scope, body, _pages.Values);
        State.Resume(_effects, _now);
    }

    private Message Answer(Effect effect)
    {
        if (effect is TimerEffect timer)
        {
            _now = timer.At > _now ? timer.At : _now;
            return new Fired(timer.Key);
        }
        var call = (CallEffect)effect;
        return call.Activity switch
        {
            ActivityNames.RunAttempt => Returned(call, Work((AttemptRequest)call.Input)),
            ActivityNames.ExpandMap => Returned(call, List((ExpandMapRequest)call.Input)),
            ActivityNames.StopAttempt => Returned(call, new StoppedAttempt(StopPending(((StopAttempt)call.Input).AttemptId))),
            _ => throw new InvalidOperationException($"unexpected call of {call.Activity}"),
        };
    }

    private readonly HashSet<string> _stopped = [];

    private bool StopPending(string attempt)
    {
        var held = _pending.OfType<CallEffect>().Any(call => call.Input is AttemptRequest request && request.AttemptId == attempt);
        if (held) _stopped.Add(attempt);
        return held;
    }

    private AttemptResult Work(AttemptRequest request)
    {
        if (_stopped.Contains(request.AttemptId)) return new AttemptResult { Outcome = AttemptOutcome.Stopped };
        var task = _plan.TasksById[request.TaskId];
        var place = request.Place.Select(at => at.Slot).ToArray();
        var instance = State.Instances.Single(other => other.Task == task && other.Home.Path.Select(at => at.Slot).SequenceEqual(place));
        var attempts = task.RetryGroups.Select(group => instance.Home.At(group.Region.Depth).Groups.Single(at => at.Group == group).Attempt).ToArray();
        return _script.Result(task, place, attempts, instance.TriesInRound);
    }

    private readonly Dictionary<string, int> _slots = [];

    /// <summary>As the activity does: slots of an earlier, longer list stay, as removed ones.</summary>
    private MapExpanded List(ExpandMapRequest request)
    {
        var region = _plan.Regions.Single(region => region.Id == request.Region && region.Map is not null);
        int? length = region.Map!.Over.ValueKind is JsonValueKind.Array ? region.Map.Over.GetArrayLength()
            : request.Inputs.TryGetValue(region.ListReads[0].TaskId, out var output) && output.Value is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
        if (length is not { } items) return new MapExpanded { Failure = "not a list" };
        var before = request.PreviousItems is { } previous ? _slots.GetValueOrDefault(previous) : 0;
        var slots = _slots[request.Items] = Math.Max(items, before);
        return new MapExpanded { Count = slots, Removed = [.. Enumerable.Range(items, slots - items)], RemovedCount = slots - items };
    }

    private static Returned Returned(CallEffect call, object result) => new(call.Key, JsonSerializer.SerializeToElement(result, OrchestrationJson.Options));
}

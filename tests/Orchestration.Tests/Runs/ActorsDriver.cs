using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// A run and the parts of its maps as actors side by side: whatever they ask for is answered, and whatever they tell each other is
/// delivered, in an order drawn from a seed, some of it twice; now and then an execution is lost and goes on from its documents.
/// </summary>
internal sealed class ActorsDriver
{
    private readonly RunPlan _plan;
    private readonly Script _script;
    private readonly Random _random;
    private readonly int _reloadOneIn;
    private readonly Dictionary<string, Actor> _actors = [];
    private readonly Dictionary<string, int> _slots = [];
    private readonly RunRequest _request;
    private DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public ActorsDriver(RunPlan plan, Script script, int seed, int reloadOneIn)
    {
        (_plan, _script, _random, _reloadOneIn) = (plan, script, new Random(seed), reloadOneIn);
        _request = new RunRequest
        {
            RunId = "r", Dag = plan.Spec.Name, DagHash = "h", Conf = default, Params = default, LogicalDate = default, DataIntervalStart = default, DataIntervalEnd = default, CreatedAt = default,
        };
        _actors[RunPaths.Of("r").Path] = new Actor(RunPaths.Of("r"), null);
    }

    private sealed class Actor(ActorId id, PartRequest? part)
    {
        public ActorId Id { get; } = id;
        public PartRequest? Part { get; } = part;
        public Machine? Machine { get; set; }
        public List<Effect> Pending { get; } = [];
        public List<Told> Inbox { get; } = [];
        public HashSet<string> Taken { get; } = [];
        public ActorHead? Head { get; set; }
        public SortedDictionary<int, JsonElement> Pages { get; } = [];
    }

    private Actor Run => _actors[RunPaths.Of("r").Path];

    public RunBody Body => Run.Head!.Body.Deserialize<RunBody>(OrchestrationJson.Options)!;

    public int PartCount => _actors.Count - 1;

    public void Drive()
    {
        Load(Run);
        for (var step = 0; !Run.Machine!.IsFinal || _actors.Values.Any(actor => actor.Pending.Count > 0 && !actor.Machine!.IsFinal); step++)
        {
            if (step > 50_000) throw new InvalidOperationException("The run does not end.");
            var able = _actors.Values.Where(actor => actor.Pending.Count > 0 || actor.Inbox.Count > 0).ToArray();
            if (able.Length == 0) throw new InvalidOperationException("The run is stuck.");
            var actor = able[_random.Next(able.Length)];
            if (_reloadOneIn > 0 && _random.Next(_reloadOneIn) == 0) Reload(actor);
            else if (actor.Inbox.Count > 0 && _random.Next(2) == 0) Deliver(actor);
            else if (actor.Pending.Count > 0) Answer(actor, actor.Pending[_random.Next(actor.Pending.Count)]);
        }
        foreach (var actor in _actors.Values) Store(actor);
    }

    public SortedDictionary<string, TaskState> States()
    {
        var states = new SortedDictionary<string, TaskState>(StringComparer.Ordinal);
        foreach (var actor in _actors.Values)
        {
            if (actor.Part is { } part && !Body.Maps.SelectMany(map => map.Parts).Any(known => known.Name == part.Name && known.Shown)) continue;
            foreach (var instance in actor.Pages.Values.SelectMany(page => page.Deserialize<InstancePage>(OrchestrationJson.Options)!.Instances).Where(instance => instance.Shown))
                states.Add($"{instance.Task}[{string.Join('/', instance.Place)}]", instance.State);
        }
        return states;
    }

    private void Load(Actor actor)
    {
        var scope = new RunScope
        {
            RunId = "r", DagHash = "h", Self = actor.Id, RunPath = Run.Id.Path, PartSize = 2, Part = actor.Part,
            MaxActiveTasks = actor.Part is null ? _plan.Spec.MaxActiveTasks : null,
        };
        actor.Machine = actor.Part is null ? new RunMachine(_plan, scope, _request, actor.Head, [.. actor.Pages.Values]) : new PartMachine(_plan, scope, actor.Head, [.. actor.Pages.Values]);
        Feed(actor, new Started());
    }

    private static void Store(Actor actor)
    {
        if (actor.Machine!.TakeChanges() is not { } changes) return;
        foreach (var page in changes.Pages) actor.Pages[page.Number] = page.Content.Clone();
        actor.Head = new ActorHead { Kind = actor.Id.Kind, Generation = 1, Revision = changes.Revision, Final = false, Pages = actor.Pages.Count, Taken = [], Body = changes.Body };
    }

    private void Reload(Actor actor)
    {
        Store(actor);
        actor.Pending.Clear();
        Load(actor);
    }

    private void Feed(Actor actor, Message message)
    {
        var effects = new Effects();
        actor.Machine!.Handle(message, _now, effects);
        foreach (var effect in effects.List)
        {
            if (effect is CancelTimerEffect cancel) actor.Pending.RemoveAll(pending => pending is TimerEffect timer && timer.Key == cancel.Key);
            else if (effect is TimerEffect timer)
            {
                actor.Pending.RemoveAll(pending => pending is TimerEffect old && old.Key == timer.Key);
                actor.Pending.Add(timer);
            }
            else if (effect is CallEffect call)
            {
                Assert.DoesNotContain(actor.Pending, pending => pending is CallEffect other && other.Key == call.Key);
                actor.Pending.Add(call);
            }
        }
    }

    /// <summary>Any entry, not the oldest; and some come again.</summary>
    private void Deliver(Actor actor)
    {
        var told = actor.Inbox[_random.Next(actor.Inbox.Count)];
        if (_random.Next(4) > 0) actor.Inbox.Remove(told);
        if (actor.Taken.Add(told.Id)) Feed(actor, told);
    }

    private void Answer(Actor actor, Effect effect)
    {
        actor.Pending.Remove(effect);
        if (effect is TimerEffect timer)
        {
            _now = timer.At > _now ? timer.At : _now;
            Feed(actor, new Fired(timer.Key));
            return;
        }
        var call = (CallEffect)effect;
        if (call.AfterPublish) Store(actor);
        object? result = call.Input switch
        {
            AttemptRequest request => Work(request),
            ExpandMapRequest request => List(request),
            ReadMapKeys keys => Keys(keys),
            StopAttempt stop => new StoppedAttempt(StopPending(stop.AttemptId)),
            StartActor start => Start(start),
            TellActor tell => Tell(tell),
            _ => throw new InvalidOperationException($"unexpected call of {call.Activity}"),
        };
        Feed(actor, new Returned(call.Key, JsonSerializer.SerializeToElement(result, OrchestrationJson.Options)));
    }

    private object? Start(StartActor start)
    {
        if (_actors.ContainsKey(start.Id.Path)) return null;
        var actor = _actors[start.Id.Path] = new Actor(start.Id, start.Request.Deserialize<PartRequest>(OrchestrationJson.Options));
        Load(actor);
        return null;
    }

    private ToldActor Tell(TellActor tell)
    {
        _actors[tell.Id.Path].Inbox.Add(new Told(tell.EntryId, tell.Kind, tell.Body));
        return new ToldActor(true);
    }

    private readonly HashSet<string> _stopped = [];

    private bool StopPending(string attempt)
    {
        var held = _actors.Values.SelectMany(actor => actor.Pending).OfType<CallEffect>().Any(call => call.Input is AttemptRequest request && request.AttemptId == attempt);
        if (held) _stopped.Add(attempt);
        return held;
    }

    private AttemptResult Work(AttemptRequest request)
    {
        if (_stopped.Contains(request.AttemptId)) return new AttemptResult { Outcome = AttemptOutcome.Stopped };
        var task = _plan.TasksById[request.TaskId];
        // Without retries, the script depends on the task and its place alone.
        return _script.Result(task, [.. request.Place.Select(at => at.Slot)], [], 1);
    }

    private MapExpanded List(ExpandMapRequest request)
    {
        var region = _plan.Regions.Single(region => region.Id == request.Region && region.Map is not null);
        int? length = region.Map!.Over.ValueKind is JsonValueKind.Array ? region.Map.Over.GetArrayLength()
            : request.Inputs.TryGetValue(region.ListReads[0].TaskId, out var output) && output.Value is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
        if (length is not { } items) return new MapExpanded { Failure = "not a list" };
        var before = request.PreviousItems is { } previous ? _slots.GetValueOrDefault(previous) : 0;
        _slots[request.Items] = items;
        var slots = Math.Max(items, before);
        return new MapExpanded { Count = slots, Removed = [.. Enumerable.Range(items, slots - items)], RemovedCount = slots - items };
    }

    private MapExpanded Keys(ReadMapKeys keys)
    {
        var items = _slots[keys.Items];
        return new MapExpanded { Count = keys.To, Removed = [.. Enumerable.Range(keys.From, keys.To - keys.From).Where(slot => slot >= items)] };
    }
}

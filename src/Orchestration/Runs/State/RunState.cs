using System.Globalization;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// The state machine of a run, or of a part of one: which task instances there are, what state each is in, and what may start. Pure;
/// handling an event costs time in proportion to what it changes. The rules are those of <c>semantics.md</c>.
/// </summary>
/// <remarks>
/// States flow along the plan's edges: a final state is counted in the <see cref="Tally"/> of whoever waits for it, and who waits is decided
/// anew only when its tally then says something new. What is put back to none is counted out again in the same way.
/// </remarks>
internal sealed partial class RunState
{
    private readonly RunPlan _plan;
    private readonly RunScope _scope;
    private readonly RegionInstance _root;
    private readonly List<TaskInstance> _instances = [];
    private readonly Queue<(RegionInstance At, PlanTarget Target)> _toDecide = [];
    private readonly List<ClearOperation> _clears = [];
    private readonly List<TaskInstance> _heldByPause = [];
    private readonly Limiter? _activeTasks;
    private Effects _effects = new();
    private DateTime _now;
    private int _unfinished;
    private long _asked;
    private StopCause? _stopping;
    private bool _forced;

    public RunState(RunPlan plan, RunScope scope)
    {
        (_plan, _scope) = (plan, scope);
        _activeTasks = scope.MaxActiveTasks is { } max ? new Limiter(max) : null;
        _root = new RegionInstance(plan.Root, null, 0, "");
        _left = new Tally[plan.Tasks.Length];
        if (scope.Part is { } part) _own = BuildAround(part);
    }

    /// <summary>Whether every task instance is final.</summary>
    public bool IsFinished => _unfinished == 0 && _clears.Count == 0 && (IsFilled || IsDropped);

    /// <summary>Whether the instances are there: those of a part come once the keys of its slots were read.</summary>
    public bool IsFilled => _own is null or { IsExpanded: true };

    public bool IsPaused { get; private set; }

    /// <summary>Calls that must have returned before the actor may end.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Why everything is being stopped; null while nothing is.</summary>
    public StopCause? Stopping => _stopping;

    /// <summary>Task instances in the order in which they came to be.</summary>
    public IReadOnlyList<TaskInstance> Instances => _instances;

    /// <summary>The first message of a run: creates its instances and decides whatever needs no upstream.</summary>
    /// <param name="effects">Takes what is asked for.</param>
    /// <param name="now">The time.</param>
    /// <param name="since">When the run was acknowledged; null for a part.</param>
    /// <param name="held">Whether the run had to wait for its slot.</param>
    public void Begin(Effects effects, DateTime now, DateTime? since = null, bool held = false) => Within(effects, now, () =>
    {
        CausedBy(since);
        _heldBefore = held;
        if (_scope.Part is { } part)
        {
            ApplyOutside(part.Outside);
            return;
        }
        Show(_root, outside: 0);
        DecideAll(_root);
    });

    /// <summary>An execution begins again from stored documents: asks anew for all that is awaited.</summary>
    public void Resume(Effects effects, DateTime now) => Within(effects, now, () =>
    {
        foreach (var instance in _instances) AskAgain(instance);
        foreach (var instance in _instances.Where(instance => instance.IsShown)) WatchDue(instance);
        foreach (var expansion in AllExpansions(_root).Where(expansion => expansion != _own)) AskAgain(expansion);
        foreach (var part in AllParts.Where(part => part.IsStarted)) AskAgain(part);
        foreach (var group in AllGroups(_root).Reverse().ToArray()) AskAgain(group);
        if (_own is not null) AskForKeys();
        DecideAll(_root);
        FinishClears();
    });

    /// <summary>Handles what came for a call or timer of this state. Keys of others are not for it.</summary>
    public void Handle(Message message, Effects effects, DateTime now) => Within(effects, now, () =>
    {
        switch (message)
        {
            case Returned { Key: ['a', ':', .. var number] } returned: Ended(InstanceAt(number), Read<AttemptResult>(returned.Result)); break;
            case Threw { Key: ['a', ':', .. var number] } threw: Ended(InstanceAt(number), Crashed(threw)); break;
            case Returned { Key: ['p', ':', .. var number] } returned: PoolsAnswered(InstanceAt(number), returned.Key, Read<AcquiredPools>(returned.Result)); break;
            case Returned { Key: ['l', ':', .. var number] } returned: LimitKeyRead(InstanceAt(number), Read<LimitKey>(returned.Result)); break;
            case Returned { Key: ['s', ':', .. var number] } returned when InstanceAt(number).Task.Kind is Dags.OperatorKind.Run: StopAnswered(InstanceAt(number), Read<StoppedAttempt>(returned.Result)); break;
            case Returned { Key: ['j', ':', .. var number] } returned when InstanceAt(number).Task.Kind is Dags.OperatorKind.Sensor: WaitStarted(InstanceAt(number), Read<StartedWait>(returned.Result)); break;
            case Threw { Key: ['j', ':', .. var number] } threw: WaitThrew(InstanceAt(number), threw); break;
            case Returned { Key: ['s', ':', .. var number] } returned when InstanceAt(number).Task.Kind is Dags.OperatorKind.Sensor: WaitStopped(InstanceAt(number), Read<StoppedWait>(returned.Result)); break;
            case Returned { Key: ['x', ':', .. var name] } returned: ListMade(name, Read<MapExpanded>(returned.Result)); break;
            case Returned { Key: ['c', ':', .. var name] }: AllParts.Single(part => part.Name == name).IsThere = true; break;
            case Returned { Key: ['m', ':', ..] } returned: KeysRead(Read<MapExpanded>(returned.Result)); break;
            case Returned { Key: ['f', ':', .. var number] } returned: Done(InstanceAt(number), returned.Key); break;
            case Threw { Key: ['f', ':', .. var number] } threw: DoAgain(InstanceAt(number), threw.Key); break;
            case Returned { Key: ['u', ':', .. var task] } returned: UsualRead(int.Parse(task, CultureInfo.InvariantCulture), Read<UsualDurationRead>(returned.Result).Median); break;
            case Fired { Key: DueTimer }: SomeAreDue(); break;
            case Returned { Key: ['h', ':', .. var task] } returned: PastAnswered(GateAt(task), Read<PastState>(returned.Result)); break;
            case Threw { Key: ['h', ':', .. var task] }: PastThrew(GateAt(task)); break;
            case Fired { Key: ['y', ':', .. var task] }: AskPast(GateAt(task)); break;
            case Returned { Key: ['y', ':', .. var task] } returned when !Read<ToldActor>(returned.Result).Known: PastAnswered(GateAt(task), PastState.Fine); break;
            case Told { Kind: RunFollowed.Kind } told: PastTold(Read<RunFollowed>(told.Body)); break;
            case Threw { Key: [var kind and ('p' or 'l'), ':', .. var number] } threw: Fail(InstanceAt(number), Crashed(threw), kind); break;
            case Threw { Key: ['x', ':', .. var name] } threw: ListThrew(name, threw); break;
            case Fired { Key: ['x', ':', .. var name] }: AskAgain(ExpansionAt(name[(name.IndexOf(':') + 1)..])); break;
            case Fired { Key: ['r', ':', .. var number] }: RetryDue(InstanceAt(number)); break;
            case Fired { Key: ['w', ':', .. var number] }: TryAgainAfterLoss(InstanceAt(number)); break;
            case Fired { Key: ['t', ':', .. var number] }: TaskTimedOut(InstanceAt(number)); break;
            case Fired { Key: ['k', ':', .. var number] }: StillNotDead(InstanceAt(number)); break;
            case Fired { Key: ['g', ':', .. var name] }: GroupRetryDue(GroupAt(name)); break;
            case Told { Kind: AttemptEnded.Kind } told when Read<AttemptEnded>(told.Body) is var ended: JobEnded(ended); break;
            case Told { Kind: PoolGrant.Kind } told: PoolsGranted(Read<PoolGrant>(told.Body)); break;
            case Told { Kind: PartReport.Kind } told: PartReported(Read<PartReport>(told.Body)); break;
            case Told { Kind: PartUpdate.Kind } told: ApplyOutside(Read<PartUpdate>(told.Body)); break;
            case Told { Kind: PriorityCommand.Kind } told: SetPriorities(_priorities.With(Read<PriorityCommand>(told.Body))); break;
            case Told { Kind: PauseCommand.Kind } told: SetPaused(Read<PauseCommand>(told.Body).Paused); break;
            case Told { Kind: ClearCommand.Kind } told: Clear(told.Id, Read<ClearCommand>(told.Body)); break;
            case Told { Kind: MarkCommand.Kind } told: Mark(Read<MarkCommand>(told.Body), anew: []); break;
            default: break;
        }
    });

    /// <summary>Kills all work and runs teardowns; with <paramref name="force"/> kills teardowns too.</summary>
    public void StopAll(string reason, bool force, Effects effects, DateTime now) => Within(effects, now, () => StopEverything(reason, force));

    private void Within(Effects effects, DateTime now, Action handle)
    {
        (_effects, _now, _cause) = (effects, now, now);
        handle();
        Decide();
        _heldBefore = false;
        if (_clears.Count == 0) Cleared = _commanded;
        SendToParts();
        if (_due.Count > 0 || _dueTimerAt is not null) SetDueTimer();
    }

    /// <summary>A key for a call of an instance that may be asked for again while an earlier one is under way.</summary>
    private string NewKey(char kind, TaskInstance instance) => string.Create(CultureInfo.InvariantCulture, $"{kind}:{instance.Number}/{++_asked}");

    private TaskInstance InstanceAt(string number) => _instances[int.Parse(number.AsSpan()[..(number.IndexOf('/') is >= 0 and var end ? end : number.Length)], CultureInfo.InvariantCulture)];

    private static T Read<T>(JsonElement json) => json.Deserialize<T>(OrchestrationJson.Options)!;

    private static AttemptResult Crashed(Threw threw) => threw.ErrorType is RunErrors.KillsHost
        ? new() { Outcome = AttemptOutcome.FailedForGood, Code = RunErrors.KillsHost, Reason = threw.ErrorMessage }
        : new() { Outcome = AttemptOutcome.Lost, Code = RunErrors.WorkerLost, Reason = Shorten($"{threw.ErrorType}: {threw.ErrorMessage}") };

    private static string Shorten(string text) => text.Length <= 300 ? text : string.Concat(text.AsSpan(0, 299), "…");
}

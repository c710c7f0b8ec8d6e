using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A run: waits for its slot, drives its <see cref="RunState"/>, takes the outcome when nothing is unfinished.</summary>
internal sealed partial class RunMachine : Machine
{
    private const string Slot = "slot";
    private const string TimeoutTimer = "run-timeout";

    private readonly RunPlan _plan;
    private readonly RunScope _scope;
    private readonly RunRequest _request;
    private readonly RunState _state;
    private readonly List<PendingCommand> _waiting;
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private RunBody _body;
    private long _revision;
    private bool _changed = true;
    private bool _begun;
    private bool _turnCame;

    public RunMachine(RunPlan plan, RunScope scope, RunRequest request, ActorHead? head, IReadOnlyList<JsonElement> pages)
    {
        (_plan, _scope, _request) = (plan, scope, request);
        _body = head is { Revision: > 0 } ? head.Body.Deserialize<RunBody>(OrchestrationJson.Options)! : new RunBody { Status = RunStatus.Queued };
        _revision = head?.Revision ?? 0;
        _waiting = [.. _body.Waiting];
        _begun = _body.StartedAt is not null;
        _state = _begun ? RunState.Load(plan, scope, _body, pages) : new RunState(plan, scope);
        if (!_begun) _state.Outbox.Load(_body.Outbox);
        if (!_begun) _state.LoadPriorities(_body.Priorities);
        _state.Opened = _body.Opened;
    }

    public override bool IsFinal => HasEnded && _state.OwesNothing;

    private bool HasEnded => _body.Status is RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled;

    private int? SlotLimit => RunSlot.LimitOf(_plan.Spec);

    private string Lease => RunSlot.LeaseOf(_scope.RunId, _body.Opened);

    public override void Handle(Message message, DateTime now, Effects effects)
    {
        var asked = effects.List.Count;
        switch (message)
        {
            case var _ when _state.Outbox.Takes(message, effects): _changed = true; break;
            case Started: Start(effects, now); break;
            case Returned { Key: Slot } returned: SlotAnswered(returned.Result.Deserialize<AcquiredPools>(OrchestrationJson.Options)!, effects, now); break;
            case Threw { Key: Slot } threw: EndAs(RunStatus.Failed, $"could not take a run slot: {threw.ErrorMessage}", null, now, effects); break;
            case Told { Kind: PoolGrant.Kind } told when told.Body.Deserialize<PoolGrant>(OrchestrationJson.Options)!.LeaseId == Lease: AskForSlot(effects); break;
            case Fired { Key: TimeoutTimer }: TimedOut(effects, now); break;
            case Told { Kind: CancelCommand.Kind } told: Cancel(told.Body.Deserialize<CancelCommand>(OrchestrationJson.Options)!, effects, now); break;
            case Fired { Key: DueTimer }: IsLate(now, effects); break;
            case Returned { Key: Usual } returned: UsualRead(returned.Result.Deserialize<UsualDurationRead>(OrchestrationJson.Options)!, effects); break;
            case Returned { Key: Past } returned: PastAnswered(returned.Result.Deserialize<PastState>(OrchestrationJson.Options)!, effects, now); break;
            case Returned { Key: PastFollow } returned when !returned.Result.Deserialize<ToldActor>(OrchestrationJson.Options)!.Known: PastAnswered(PastState.Fine, effects, now); break;
            case Threw { Key: Past } or Fired { Key: PastFollow }: AskPast(effects, again: message is Threw); break;
            case Told { Kind: RunFollowed.Kind } told when told.Body.Deserialize<RunFollowed>(OrchestrationJson.Options) is { Key: Past } answer: PastTold(answer, effects, now); break;
            case Told { Kind: FollowRun.Kind } told: Follow(told); break;
            case Told { Kind: PriorityCommand.Kind } when !HasEnded: Prioritize(message, effects, now); break;
            case Told told when !_begun || HasEnded: WaitForSlot(told, effects, now); break;
            default: Feed(message, effects, now); break;
        }
        Track(message, effects.List.Skip(asked));
        if (_begun && !HasEnded && _body.Status is not RunStatus.Queued) TakeStock(effects, now);
        AnswerFollowers(effects);
    }

    public override ActorChanges? TakeChanges()
    {
        if (!_changed && !_state.HasChanges) return null;
        _changed = false;
        var pages = _state.TakePages();
        var body = _state.Store(_body) with { Waiting = [.. _waiting] };
        return new ActorChanges(++_revision, JsonSerializer.SerializeToElement(body, OrchestrationJson.Options), RunSummary.Of(_request, body).ToJson().GetRawText(), pages);
    }

    // ---- The slot of max_active_runs

    private void Start(Effects effects, DateTime now)
    {
        _awaited.Clear();
        _state.Outbox.AskAgain(effects);
        if (HasEnded || _body.Status is RunStatus.Queued) _state.AskForMoments(effects, now);
        if (HasEnded) return;
        WatchDue(effects);
        if (!_begun || _body.Status is RunStatus.Queued)
        {
            if (WaitsForPast) AskPast(effects);
            else if (SlotLimit is null || _body.HoldsSlot) Begin(effects, now);
            else AskForSlot(effects);
            return;
        }
        SetTimeout(effects, now);
        _state.Resume(effects, now);
    }

    private void AskForSlot(Effects effects)
    {
        if (_body.Status is not RunStatus.Queued) return;
        if (_awaited.Contains(Slot))
        {
            _turnCame = true; // Before the answer that it has to wait.
            return;
        }
        effects.Call(Slot, ActivityNames.AcquirePools, RunSlot.Ask(_scope.RunId, _body.Opened, _request.Dag, SlotLimit) with { Priority = _state.Priorities.OfRun ?? 0, Change = _state.Priorities.Changes });
    }

    /// <summary>A run that waits for its slot asks again, and keeps its time of asking.</summary>
    private void Prioritize(Message message, Effects effects, DateTime now)
    {
        _state.Handle(message, effects, now);
        _changed = true;
        if (SlotLimit is not null && !WaitsForPast) AskForSlot(effects);
    }

    private void SlotAnswered(AcquiredPools answer, Effects effects, DateTime now)
    {
        if (_body.Status is not RunStatus.Queued)
        {
            ReleaseSlot(effects);
            return;
        }
        var turnCame = _turnCame;
        _turnCame = false;
        if (!answer.Granted && turnCame)
        {
            _awaited.Remove(Slot);
            AskForSlot(effects);
            return;
        }
        if (!answer.Granted)
        {
            Change(_body with { Reason = $"{SlotLimit} runs of '{_request.Dag}' are under way" });
            return;
        }
        Change(_body with { HoldsSlot = true });
        Begin(effects, now);
    }

    private void Begin(Effects effects, DateTime now)
    {
        var held = _body.Reason is not null;
        Change(_body with { Status = RunStatus.Running, Reason = null, Code = null, StartedAt = now, EndedAt = null });
        SetTimeout(effects, now);
        WatchDue(effects);
        if (_begun) _state.Resume(effects, now);
        else _state.Begin(effects, now, _request.CreatedAt.UtcDateTime, held);
        _begun = true;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var command in waiting) CarryOut(new Told(command.Id, command.Kind, command.Body), effects, now);
        effects.Publish();
    }

    /// <summary>A command for a run that has ended opens it again, and one for a queued run waits, as the run does.</summary>
    private void WaitForSlot(Told told, Effects effects, DateTime now)
    {
        if (told.Kind is not (ClearCommand.Kind or MarkCommand.Kind or PauseCommand.Kind)) return;
        if (HasEnded && told.Kind is PauseCommand.Kind) return; // Nothing is left that could be held up.
        _waiting.Add(new PendingCommand(told.Id, told.Kind, told.Body));
        if (!HasEnded)
        {
            _changed = true;
            return;
        }
        Change(_body with { Status = RunStatus.Queued, Reason = null, Code = null, CancelAsked = false, Opened = _body.Opened + 1, EndedAt = null });
        _state.Opened = _body.Opened;
        _state.EndStopping();
        Start(effects, now);
    }

    private void ReleaseSlot(Effects effects)
    {
        if (SlotLimit is null) return;
        effects.Call($"slot-release/{_body.Opened}", ActivityNames.ReleasePools, new ReleasePools(Lease, [PoolNames.RunsOf(_request.Dag)]), urgent: true);
    }

    // ---- Its end

    private void Cancel(CancelCommand command, Effects effects, DateTime now)
    {
        if (HasEnded) return;
        var reason = command.By is { } by ? $"cancelled by {by}" : "cancelled";
        Change(_body with { CancelAsked = true, Reason = reason });
        if (_body.Status is RunStatus.Queued)
        {
            _waiting.Clear();
            EndAs(RunStatus.Cancelled, reason, null, now, effects);
            return;
        }
        _state.StopAll(reason, command.Force, effects, now);
    }

    private void TimedOut(Effects effects, DateTime now)
    {
        if (HasEnded) return;
        Change(_body with { Reason = $"the run took longer than its {Durations.Format(_plan.Spec.RunTimeout!.Value)}", Code = RunErrors.RunTimeout });
        _state.StopAll("run timeout", force: false, effects, now);
    }

    private void SetTimeout(Effects effects, DateTime now)
    {
        if (_plan.Spec.RunTimeout is { } bound) effects.Timer(TimeoutTimer, (_body.StartedAt ?? now) + bound);
    }

    private void Feed(Message message, Effects effects, DateTime now)
    {
        if (!_begun) return;
        CarryOut(message, effects, now);
        if (_state.Stopping is null && _body.CancelAsked) Change(_body with { CancelAsked = false, Reason = null });
    }

    private void CarryOut(Message message, Effects effects, DateTime now)
    {
        if (message is Told { Kind: ClearCommand.Kind or MarkCommand.Kind }) Change(_body with { Changes = (_body.Changes ?? 0) + 1 });
        _state.Handle(message, effects, now);
    }

    /// <summary>Takes the outcome when nothing is unfinished; a run that can make no progress fails rather than wait for ever.</summary>
    private void TakeStock(Effects effects, DateTime now)
    {
        var status = _state.IsPaused ? RunStatus.Paused : RunStatus.Running;
        if (_body.Status != status) Change(_body with { Status = status });
        if (!_state.IsFinished && _awaited.Count == 0 && !_state.IsPaused && _state.FindStuck() is { } stuck)
        {
            Change(_body with { Reason = $"the run can make no progress: {stuck}", Code = RunErrors.Stuck });
            _state.StopAll(_body.Reason!, force: true, effects, now);
        }
        if (!_state.IsFinished) return;
        var outcome = _state.Outcome(_plan.Spec.Outcome);
        if (_body.CancelAsked) EndAs(RunStatus.Cancelled, _body.Reason, null, now, effects);
        else if (_state.Stopping is not null) EndAs(RunStatus.Failed, _body.Reason, _body.Code, now, effects);
        else EndAs(outcome.Failed ? RunStatus.Failed : RunStatus.Success, outcome.Reason, null, now, effects);
    }

    private void EndAs(RunStatus status, string? reason, string? code, DateTime now, Effects effects)
    {
        effects.CancelTimer(TimeoutTimer);
        ReleaseSlot(effects);
        Change(_body with { Status = status, Reason = reason, Code = code, EndedAt = now, HoldsSlot = false });
        HasEndedNow(now, effects);
    }

    /// <summary>Notes what is awaited, so that a run that awaits nothing is found.</summary>
    private void Track(Message message, IEnumerable<Effect> asked)
    {
        if (message is Returned { Key: var returned }) _awaited.Remove(returned);
        else if (message is Threw { Key: var threw }) _awaited.Remove(threw);
        else if (message is Fired { Key: var fired }) _awaited.Remove(fired);
        foreach (var effect in asked)
        {
            if (effect is CallEffect call) _awaited.Add(call.Key);
            else if (effect is TimerEffect timer && timer.Key is not (TimeoutTimer or DueTimer or RunState.DueTimer)) _awaited.Add(timer.Key);
            else if (effect is CancelTimerEffect cancel) _awaited.Remove(cancel.Key);
        }
    }

    private void Change(RunBody body) => (_body, _changed) = (body, true);
}

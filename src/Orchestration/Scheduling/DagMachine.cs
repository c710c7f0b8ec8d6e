using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// A published DAG: makes its runs at the ticks of its schedule and when datasets have landed, one after the other. A run is decided, stored
/// as pending, made, and then forgotten; the cursor moves when it is decided, and back when it turns out that nothing may be made.
/// </summary>
internal sealed partial class DagMachine : Machine
{
    private const string Wake = "wake";
    private const string Trigger = "trigger";
    private const string Pause = "pause";

    /// <summary>How long what cannot be done now waits until it is tried again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _dag;
    private readonly LandedEvents _landed;
    private readonly SortedSet<string> _groupsToCheck = new(StringComparer.Ordinal);
    private DagBody _body;
    private (ScheduleSpec Spec, DueTicks Ticks)? _ticks;
    private long _revision;
    private bool _changed = true;
    private bool _settled, _triggering, _pausing;
    private DateTime? _held, _ticksHeld, _timer;

    public DagMachine(string dag, ActorHead? head, IReadOnlyList<JsonElement> pages)
    {
        _dag = dag;
        _body = head is { Revision: > 0 } ? head.Body.Deserialize<DagBody>(OrchestrationJson.Options)! : new();
        _revision = head?.Revision ?? 0;
        _landed = new(pages, _body.Schedule?.PerPartition ?? false);
    }

    /// <summary>It sleeps only while there is something to wake it: what it is told opens it again.</summary>
    public override bool IsFinal => _body.Sequence > 0 && _body.Pending is null && !_triggering && !_pausing && !MustPause && _timer is null && !IsListening;

    private bool IsListening => !_body.Paused && _body.Schedule?.Datasets is not null;

    private bool MustPause => !_body.Paused && _body.FailuresInRow >= _body.PauseAfterFailures;

    public override void Handle(Message message, DateTime now, Effects effects)
    {
        switch (message)
        {
            case Started: Start(now, effects); return;
            case Fired: (_timer, _settled) = (null, true); break;
            case Returned { Key: Trigger } returned: Answered(returned.Result.Deserialize<TriggeredPending>(OrchestrationJson.Options)!, now); break;
            case Threw { Key: Trigger }: (_triggering, _held) = (false, now + Patience); break;
            case Returned { Key: Pause } or Threw { Key: Pause }: (_pausing, _held) = (false, now + Patience); break;
            case Told { Kind: DagChanged.Kind } told: Take(told.Body.Deserialize<DagChanged>(OrchestrationJson.Options)!, now); break;
            case Told { Kind: DatasetLanded.Kind } told: Take(told.Body.Deserialize<DatasetLanded>(OrchestrationJson.Options)!, now); break;
            case Told { Kind: RunEnded.Kind } told: Take(told.Body.Deserialize<RunEnded>(OrchestrationJson.Options)!); break;
        }
        GoOn(now, effects);
    }

    public override ActorChanges? TakeChanges()
    {
        if (!_changed && !_landed.HasChanges) return null;
        _changed = false;
        return new ActorChanges(++_revision, JsonSerializer.SerializeToElement(_body with { Landed = _landed.Count }, OrchestrationJson.Options), null, _landed.TakePages());
    }

    /// <summary>What was told meanwhile comes right after the start, so nothing is decided before that: the timer fires at once.</summary>
    private void Start(DateTime now, Effects effects)
    {
        CheckAllGroups();
        effects.Timer(Wake, now);
        _timer = now;
    }

    // ---- What it is told

    private void Take(DagChanged change, DateTime now)
    {
        if (change.Sequence <= _body.Sequence) return;
        var schedule = change.Hash is null ? null : change.Schedule;
        var resumed = _body.Paused && !change.Paused;
        var former = _body.Last is null || !SameTicks(_body.Schedule, schedule) ? _body.Former.Add(new(WithTicks(_body.Schedule), change.Hash is null ? change.ChangedAt : change.PublishedAt)) : _body.Former;
        Change(_body with
        {
            Sequence = change.Sequence,
            Hash = change.Hash,
            Schedule = schedule,
            PauseAfterFailures = change.PauseAfterFailures,
            Paused = change.Paused,
            Former = former,
            MissedUntil = resumed ? change.ChangedAt : _body.MissedUntil,
            FailuresInRow = change.Paused || resumed ? 0 : _body.FailuresInRow,
            Active = change.Hash is null ? [] : _body.Active,
        });
        (_held, _ticksHeld) = (null, null);
        _landed.GroupBy(_body.Schedule?.PerPartition ?? false);
        LetGoOfEvents(now, resumed);
        CheckAllGroups();
    }

    private void Take(RunEnded ended)
    {
        Change(_body with
        {
            Active = _body.Active.Remove(ended.RunId),
            Pending = _body.Pending is { } pending && pending.RunId == ended.RunId ? pending with { Ended = true } : _body.Pending,
            FailuresInRow = ended.Status switch { RunStatus.Failed => _body.FailuresInRow + 1, RunStatus.Success => 0, _ => _body.FailuresInRow },
            LastFailed = ended.Status is RunStatus.Failed ? ended.RunId : _body.LastFailed,
        });
        _ticksHeld = null;
    }

    // ---- What it does next

    private void GoOn(DateTime now, Effects effects)
    {
        if (!_settled) return;
        if (_held <= now) _held = null;
        if (_ticksHeld <= now) _ticksHeld = null;
        DateTimeOffset? next = null;
        if (_body.Pending is null)
        {
            if (_body.Paused || _body.Hash is null) CloseFormer(now);
            else if (!MustPause && _held is null) next = Decide(now);
        }
        if (_body.Next != next) Change(_body with { Next = next });
        if (_held is null && MustPause) AskToPause(effects);
        else if (_held is null && _body.Pending is not null) AskToTrigger(effects);
        SetTimer(next, effects);
    }

    /// <summary>Decides on a run, if there is one to make; else says when there may be.</summary>
    private DateTimeOffset? Decide(DateTime now)
    {
        var next = _ticksHeld is null ? DecideTick(now) : null;
        if (_body.Pending is null) DecideDatasets(now);
        return next;
    }

    private void AskToTrigger(Effects effects)
    {
        if (_triggering) return;
        _triggering = true;
        var active = _body.Pending!.Overlap is Overlap.Queue ? [] : _body.Active;
        effects.Call(Trigger, ActivityNames.TriggerRun, new TriggerPending(_dag, _body.Pending, active), afterPublish: true);
    }

    private void AskToPause(Effects effects)
    {
        if (_pausing) return;
        _pausing = true;
        effects.Call(Pause, ActivityNames.PauseDag, new PauseDag(_dag, _body.Sequence, _body.FailuresInRow, _body.LastFailed ?? ""), afterPublish: true);
    }

    private void SetTimer(DateTimeOffset? next, Effects effects)
    {
        DateTime?[] times = [next?.UtcDateTime, _held, _ticksHeld];
        var at = times.Min();
        if (at == _timer) return;
        if (at is { } time) effects.Timer(Wake, time);
        else effects.CancelTimer(Wake);
        _timer = at;
    }

    // ---- What became of it

    private void Answered(TriggeredPending answer, DateTime now)
    {
        _triggering = false;
        if (_body.Pending is not { } pending) return;
        Change(_body with { Pending = null, Active = _body.Active.RemoveRange(answer.Ended) });
        switch (answer.Outcome)
        {
            case TriggerOutcome.Made:
                Made(pending);
                break;
            case TriggerOutcome.Skipped or TriggerOutcome.Refused:
                Drop(now, new(pending.LogicalDate, pending.LogicalDate, Math.Max(1, pending.DatasetEvents.Length)), answer.Reason ?? "");
                _landed.Remove(pending.DatasetEvents);
                break;
            case TriggerOutcome.Held:
                GoBack(pending);
                _ticksHeld = now + Patience;
                break;
            case TriggerOutcome.Stale:
                GoBack(pending);
                // What has changed is told before long; if it has been meanwhile, it is decided by that.
                if (_body.Sequence == pending.Sequence) _held = now + Patience;
                break;
        }
    }

    private void Made(PendingRun pending)
    {
        var isTick = pending.Before is not null;
        var active = pending.Ended ? _body.Active : _body.Active.Remove(pending.RunId).Add(pending.RunId);
        Change(_body with
        {
            Made = _body.Made + 1,
            Active = active.Length > DagBody.MostActive ? active.RemoveAt(0) : active,
            LastTickRun = isTick ? pending.RunId : _body.LastTickRun,
            LastDatasetRun = isTick ? _body.LastDatasetRun : pending.RunId,
        });
        _landed.Remove(pending.DatasetEvents);
    }

    private void GoBack(PendingRun pending)
    {
        if (pending.Before is { } before) Change(_body with { Last = before });
        else CheckAllGroups();
    }

    private void Drop(DateTime now, TickRange range, string reason)
    {
        var drops = _body.Drops.Add(new(now, range.From, range.To, range.Count, reason));
        Change(_body with { Dropped = _body.Dropped + range.Count, Drops = drops.Length > DagBody.MostDrops ? drops.RemoveAt(0) : drops });
    }

    private void Change(DagBody body) => (_body, _changed) = (body, true);
}

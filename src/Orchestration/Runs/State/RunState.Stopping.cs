using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Stopping: work is killed and confirmed dead before anything else becomes of its instance.
internal sealed partial class RunState
{
    private static readonly TimeSpan FirstKillCheck = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LaterKillCheck = TimeSpan.FromMinutes(1);

    /// <summary>How long a kill may stay unconfirmed before it is shown as such.</summary>
    private static readonly TimeSpan KillTimeout = TimeSpan.FromMinutes(5);

    private void StopEverything(string reason, bool force)
    {
        var again = _stopping is not null;
        if (again && !force) return;
        _stopping = new StopCause(StopKind.Fail, reason);
        _forced |= force;
        ChangedHead();
        foreach (var clear in _clears.ToArray()) Overtake(clear);
        foreach (var group in AllGroups(_root).Where(group => group.Phase is GroupPhase.Waiting).ToArray()) EndWait(group);
        foreach (var expansion in AllExpansions(_root).Where(expansion => IsMine(expansion.Region) && expansion != _own).ToArray()) Abandon(expansion, reason);
        foreach (var instance in _instances.ToArray())
            if (instance.IsShown && (force || !instance.Task.IsTeardown)) StopOrSkip(instance, _stopping);
        if (IsPaused) SetPaused(false); // Only now, so that what is to be skipped is not let go on first.
        StopParts(AllExpansions(_root), reason);
        foreach (var group in AllGroups(_root).ToArray()) SettleIfDone(group);
    }

    /// <summary>A clear that still waited for work to die is done with: what it put back is not started, and what is not dead yet is stopped.</summary>
    private void Overtake(ClearOperation clear)
    {
        _clears.Remove(clear);
        foreach (var instance in clear.Instances) instance.Clearing = null;
    }

    /// <summary>A run that has ended is opened again: what is started from now on is not stopped.</summary>
    public void EndStopping()
    {
        (_stopping, _forced) = (null, false);
        foreach (var part in AllParts) part.StopReason = null;
        ChangedHead();
    }

    private void EndWait(GroupInstance group)
    {
        _effects.CancelTimer($"g:{group.Name}");
        group.Phase = GroupPhase.Running;
    }

    /// <summary>Kills what is at work; what has not started is skipped.</summary>
    private void StopOrSkip(TaskInstance instance, StopCause cause)
    {
        if (instance.State.IsActive()) Stop(instance, cause);
        else if (instance.State is TaskState.UpForRetry) Stop(instance, cause);
        else if (!instance.State.IsFinal())
        {
            LeaveQueues(instance);
            Finish(instance, TaskState.Skipped, cause.Reason, byItself: false);
        }
    }

    /// <summary>Stops an instance for a cause; what becomes of it then is the cause's.</summary>
    private void Stop(TaskInstance instance, StopCause cause)
    {
        if (!instance.State.IsActive())
        {
            LeaveQueues(instance);
            Stopped(instance, cause);
            return;
        }
        var already = instance.State is TaskState.Stopping;
        (instance.Stop, instance.State, instance.Reason) = (cause, TaskState.Stopping, cause.Reason);
        Changed(instance);
        if (already) return;
        instance.DueAt = _now + KillTimeout;
        Kill(instance);
    }

    private void Kill(TaskInstance instance)
    {
        var attempt = AttemptId(instance, instance.Try);
        if (instance.Task.Kind is OperatorKind.Run) _effects.Call(NewKey('s', instance), ActivityNames.StopAttempt, new StopAttempt(attempt), urgent: true);
        else if (instance.Task.Kind is OperatorKind.Sensor) _effects.Call(NewKey('s', instance), ActivityNames.StopWait, new StopWait(attempt, _scope.RunPath), urgent: true);
        else _effects.Call(NewKey('s', instance), ActivityNames.TellActor, new TellActor { Id = JobOf(attempt), EntryId = "stop", Kind = JobCommands.Stop, Body = JsonSerializer.SerializeToElement(new { }) }, urgent: true);
        _effects.Timer($"k:{instance.Number}", _now + (instance.Code is RunErrors.KillUnconfirmed ? LaterKillCheck : FirstKillCheck));
    }

    /// <summary>Nobody holds the attempt. Unless its call is on its way to a worker, the work is dead: it went with an earlier execution.</summary>
    private void StopAnswered(TaskInstance instance, StoppedAttempt answer)
    {
        if (!answer.Held && !instance.IsCalled) Ended(instance, new AttemptResult { Outcome = AttemptOutcome.Stopped });
    }

    /// <summary>A wait is over as soon as nobody knows it. One that is just being begun is stopped once it has begun.</summary>
    private void WaitStopped(TaskInstance instance, StoppedWait answer)
    {
        if (answer.Over && !instance.IsCalled && instance.State is TaskState.Stopping && answer.AttemptId == AttemptId(instance, instance.Try))
            Ended(instance, new AttemptResult { Outcome = AttemptOutcome.Stopped, Code = JobErrors.Stopped, Reason = "stopped on request" });
    }

    /// <summary>A kill that nobody has confirmed is asked for again, and in the end shown as what it is.</summary>
    private void StillNotDead(TaskInstance instance)
    {
        if (instance.State is not TaskState.Stopping) return;
        if (_now >= instance.DueAt && instance.Code != RunErrors.KillUnconfirmed)
        {
            (instance.Code, instance.Reason) = (RunErrors.KillUnconfirmed, $"{instance.Reason}; the kill is not confirmed after {KillTimeout.TotalMinutes:0} minutes");
            Owe(instance, new Moment { Kind = MomentKind.KillAlert, Try = instance.Try, State = instance.State, Reason = $"'{instance}' of run '{_scope.RunId}' is being stopped since {KillTimeout.TotalMinutes:0} minutes, and nothing confirms that its work is dead: look where it runs", At = _now });
        }
        Kill(instance);
    }

    /// <summary>The work of a stopped instance is dead.</summary>
    private void Stopped(TaskInstance instance, StopCause cause)
    {
        instance.Stop = null;
        switch (cause.Kind)
        {
            case StopKind.Clear:
                instance.State = TaskState.None;
                Changed(instance);
                if (instance.Clearing is { } clear) clear.Waiting--;
                FinishClears();
                break;
            case StopKind.Mark: Finish(instance, cause.Target!.Value, cause.Reason, byItself: false); break;
            case StopKind.Overrun: Finish(instance, TaskState.Failed, cause.Reason, RunErrors.Stopped); break;
            default: Finish(instance, TaskState.Failed, cause.Reason, RunErrors.Stopped, byItself: false); break;
        }
    }

    private void LeaveQueues(TaskInstance instance)
    {
        _effects.CancelTimer($"r:{instance.Number}");
        GiveBackPlaces(instance);
        LeavePoolQueue(instance);
    }

    private void TaskTimedOut(TaskInstance instance)
    {
        if (instance.TaskDeadline is null || instance.State.IsFinal()) return;
        Stop(instance, new StopCause(StopKind.Overrun, $"the task took longer than its {Durations.Format(instance.Task.Spec.TaskTimeout!.Value)} over all tries"));
    }

    /// <summary>Asks again for what an instance waits for, after an execution was lost or ended.</summary>
    private void AskAgain(TaskInstance instance)
    {
        DoAgain(instance);
        if (!instance.IsShown) return;
        switch (instance.State)
        {
            case TaskState.Scheduled: Admit(instance); break;
            case TaskState.Running: CallAttempt(instance); break;
            case TaskState.Waiting: CallAttempt(instance); break;
            case TaskState.UpForRetry: _effects.Timer($"r:{instance.Number}", instance.DueAt!.Value); break;
            case TaskState.Stopping: Kill(instance); break;
            default: break;
        }
        if (instance.TaskDeadline is { } deadline) _effects.Timer($"t:{instance.Number}", deadline);
    }
}

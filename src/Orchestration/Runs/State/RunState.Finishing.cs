namespace Updraft.Orchestration;

// Final states: told to whoever waits for them, and taken back when an instance is put back to none.
internal sealed partial class RunState
{
    /// <summary>Gives an instance a final state and tells those who wait for it.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="state">The state.</param>
    /// <param name="reason">Why; null for nothing to say.</param>
    /// <param name="code">A stable code of a failure.</param>
    /// <param name="byItself">Whether callbacks are fired: not for what was given by hand, or cancelled.</param>
    private void Finish(TaskInstance instance, TaskState state, string? reason, string? code = null, bool byItself = true)
    {
        (instance.State, instance.Reason, instance.Code, instance.Stop, instance.DueAt) = (state, reason, code, null, null);
        instance.EndedAt ??= _now;
        if (instance.TaskDeadline is not null) _effects.CancelTimer($"t:{instance.Number}");
        (instance.TaskDeadline, instance.TaskTimeLeft) = (null, null);
        Changed(instance);

        if (byItself && !instance.Task.Spec.Callbacks.IsEmpty) FireFinal(instance, state, reason);
        CountUnfinished(instance, -1);
        Tell(instance, +1);
        if (state is TaskState.Failed && instance.Task.Counts) MemberFailed(instance);
        SettleGroups(instance);
    }

    /// <summary>Puts an instance back to none. Its try number stays: the next try has a higher one.</summary>
    private void Reset(TaskInstance instance)
    {
        if (instance.State.IsFinal() && instance.IsShown)
        {
            foreach (var group in instance.Task.RetryGroups) Unsettle(GroupOf(instance, group));
            Tell(instance, -1);
            CountUnfinished(instance, +1);
        }
        (instance.State, instance.TriesInRound, instance.Losses) = (TaskState.None, 0, 0);
        (instance.Reason, instance.Code, instance.Output, instance.Choice, instance.Stop, instance.LimitKey) = (null, null, null, null, null, null);
        (instance.ScheduledAt, instance.ReadyAt, instance.StartedAt, instance.FirstStartedAt, instance.EndedAt, instance.DueAt) = (null, null, null, null, null, null);
        if (_pasts.TryGetValue(instance.Task.Index, out var past)) past.Known = null;
        Changed(instance);
    }

    private void CountUnfinished(TaskInstance instance, int n)
    {
        _unfinished += n;
        for (var at = instance.Home; at is not null; at = at.Parent) at.Unfinished += n;
        foreach (var group in instance.Task.RetryGroups) GroupOf(instance, group).Unfinished += n;
    }

    /// <summary>Tells a final state along the edges of its task (+1), or takes it back (−1). Edges out of an unsettled group wait for it.</summary>
    private void Tell(TaskInstance instance, int sign)
    {
        foreach (var edge in instance.Task.Out)
            if (edge.Hold is null || !IsHeldHere(edge.Hold) || GroupOf(instance, edge.Hold).IsSettled)
                Tell(instance, edge, sign);
        if (instance.Task.RetryGroups.All(group => !IsHeldHere(group) || GroupOf(instance, group).IsSettled)) Leave(instance, sign);
    }

    /// <summary>Counts what is final for good, as others outside this state see it.</summary>
    private void Leave(TaskInstance instance, int sign)
    {
        Ends++;
        ref var left = ref _left[instance.Task.Index];
        left.Unfinished -= sign;
        left.Count(instance.State, sign);
    }

    private void Tell(TaskInstance instance, PlanEdge edge, int sign)
    {
        var at = instance.Home.At(edge.Depth);
        if (!IsMine(at.Region)) return;
        ref var tally = ref at.Tallies[edge.Tally];
        var before = tally.Signature;
        if (edge.Role is EdgeRole.Gate)
        {
            tally.Gates -= sign;
            if (Skips(instance, edge.To.Task!)) tally.Skips += sign;
        }
        else
        {
            tally.Unfinished -= sign;
            if (edge.Role is EdgeRole.Rule) tally.Count(instance.State, sign);
        }
        if (before != tally.Signature) _toDecide.Enqueue((at, edge.To));
    }

    /// <summary>Whether a branch or short-circuit that is final skips a task.</summary>
    private bool Skips(TaskInstance gate, PlanTask task)
    {
        if (gate is not { State: TaskState.Success, Choice: { } choice }) return false;
        if (choice.Follow is null) return choice.Skip;
        return !RunPlan.Downstream(choice.Follow.SelectMany(id => _plan.Choices[gate.Task][id])).Contains(task);
    }

    /// <summary>Creates what is missing of a region instance and shows it, with the stand-ins inside it.</summary>
    /// <param name="at">The region instance.</param>
    /// <param name="outside">Depth of the region that appears: tallies above it learn of one more upstream to wait for; 0 when they count it already.</param>
    private void Show(RegionInstance at, int outside)
    {
        at.IsRemoved = false;
        foreach (var task in at.Region.Members)
        {
            var instance = at.Members[task.Member] ??= Create(task, at);
            if (instance.IsShown) continue;
            if (instance.State is TaskState.Removed) instance.State = TaskState.None;
            instance.IsShown = true;
            CountUnfinished(instance, +1);
            _left[task.Index].Unfinished++;
            Expect(task, at, outside, +1);
            Changed(instance);
            WatchDue(instance);
        }
        foreach (var group in at.Groups) Show(group);
        foreach (var inner in at.Children.SelectMany(expansion => expansion.Shown)) Show(inner, outside);
    }

    /// <summary>Takes a region instance away, with all inside it.</summary>
    private void Hide(RegionInstance at, int outside, bool removed)
    {
        at.IsRemoved = removed;
        foreach (var inner in at.Children.SelectMany(expansion => expansion.Shown)) Hide(inner, outside, removed);
        foreach (var instance in at.Members.Where(instance => instance is { IsShown: true }))
        {
            Reset(instance);
            if (removed) instance.State = TaskState.Removed;
            CountUnfinished(instance, -1);
            _left[instance.Task.Index].Unfinished--;
            Expect(instance.Task, at, outside, -1);
            instance.IsShown = false;
        }
        foreach (var group in at.Groups) Hide(group);
    }

    private void Expect(PlanTask task, RegionInstance at, int outside, int n)
    {
        foreach (var edge in task.Out)
        {
            if (edge.Depth >= outside || !IsMine(at.At(edge.Depth).Region)) continue;
            var meets = at.At(edge.Depth);
            ref var tally = ref meets.Tallies[edge.Tally];
            var before = tally.Signature;
            if (edge.Role is EdgeRole.Gate) tally.Gates += n;
            else tally.Unfinished += n;
            if (before != tally.Signature) _toDecide.Enqueue((meets, edge.To));
        }
    }

    private TaskInstance Create(PlanTask task, RegionInstance at)
    {
        var created = new TaskInstance(task, at, _instances.Count);
        _instances.Add(created);
        return created;
    }
}

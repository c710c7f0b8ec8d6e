using System.Text.Json;

namespace Updraft.Orchestration;

// Loading: the instances as they were stored, then all that follows from them.
internal sealed partial class RunState
{
    /// <summary>Builds the state from its document.</summary>
    public static RunState Load(RunPlan plan, RunScope scope, RunBody body, IEnumerable<JsonElement> pages)
    {
        var state = new RunState(plan, scope);
        state.Load(body, [.. pages.SelectMany(page => Read<InstancePage>(page).Instances)]);
        return state;
    }

    private void Load(RunBody body, InstanceDocument[] instances)
    {
        IsPaused = body.Paused;
        LoadPriorities(body.Priorities);
        (_stopping, _forced) = (body.Stopping is { } reason ? new StopCause(StopKind.Fail, reason) : null, body.Forced);
        (_outside, _seen) = (body.Outside, body.Seen);
        if (_outside is not null) TakeTallies(_outside);
        Outbox.Load(body.Outbox);

        foreach (var instance in instances) Restore(instance);
        foreach (var map in body.Maps) Restore(ExpansionAt(map.Name), map);
        foreach (var clear in body.Clears ?? []) ClearOf(clear.Id).Reopen.UnionWith(clear.Reopen.Select(ExpansionAt));
        (_commanded, Cleared) = (_seen, _clears.Count == 0 ? _seen : 0);

        Count(_own is null ? _root : _own.Home, outside: 0);
        foreach (var instance in _instances.Where(instance => instance is { IsShown: true, State: >= TaskState.Success }))
        {
            CountUnfinished(instance, -1);
            Tell(instance, +1);
        }
        foreach (var group in body.Groups)
            if (AllGroups(_root).FirstOrDefault(other => other.Name == group.Name) is { } stored)
                (stored.Attempt, stored.Phase, stored.DueAt) = (group.Attempt, Enum.Parse<GroupPhase>(group.Phase) is var phase and not GroupPhase.Settled ? phase : GroupPhase.Running, group.DueAt);
        foreach (var instance in _instances.Where(instance => instance.IsShown && instance.State.IsActive())) TakePlaces(instance);
        LoadPoolQueues();
        _changedPages.Clear();
        _toDecide.Clear();
    }

    private void Restore(InstanceDocument stored)
    {
        var task = _plan.TasksById[stored.Task];
        var at = _root;
        for (var depth = 0; depth < stored.Place.Length; depth++)
        {
            var region = task.Region;
            while (region.Depth > depth + 1) region = region.Parent!;
            var expansion = at.Children[region.Child];
            at = stored.Place[depth] == RegionInstance.StandInSlot ? expansion.StandIn : SlotToRestore(expansion, stored.Place[depth]);
            if (!at.IsStandIn) at.Key = stored.Keys[depth];
        }
        var instance = Create(task, at);
        at.Members[task.Member] = instance;
        instance.IsShown = stored.Shown;
        at.IsRemoved |= stored.State is TaskState.Removed;
        (instance.State, instance.Try, instance.TriesInRound, instance.Losses) = (stored.State, stored.Try, stored.TriesInRound, stored.Losses);
        (instance.Output, instance.Reason, instance.Code, instance.LimitKey) = (stored.Output, stored.Reason, stored.Code, stored.LimitKey);
        (instance.ScheduledAt, instance.StartedAt, instance.EndedAt, instance.DueAt) = (stored.ScheduledAt, stored.StartedAt, stored.EndedAt, stored.DueAt);
        (instance.TaskDeadline, instance.TaskTimeLeft) = (stored.TaskDeadline, stored.TaskTimeLeft);
        (instance.FirstStartedAt, instance.LateIn, instance.Moments) = (stored.FirstStartedAt, stored.LateIn, stored.Moments ?? []);
        _owing += instance.Moments.Length;
        instance.Stop = stored.Stop is { } kind ? new StopCause(Enum.Parse<StopKind>(kind), stored.Reason ?? "", stored.StopTarget) : null;
        instance.Choice = stored.Follow is { } follow ? new BranchChoice(follow, false) : stored.Skip is { } skip ? new BranchChoice(null, skip) : null;
        instance.Pools = stored.Pools is { } pools ? Enum.Parse<PoolHold>(pools) : PoolHold.None;
        if (stored.Clearing is { } id) RestoreClear(instance, id);
    }

    private static RegionInstance SlotToRestore(Expansion expansion, int slot)
    {
        if (expansion.SlotAt(slot) is { } known) return known;
        var created = new RegionInstance(expansion.Region, expansion, slot, "");
        expansion.Slots.Add(created);
        return created;
    }

    private void RestoreClear(TaskInstance instance, string id)
    {
        var clear = ClearOf(id);
        clear.Instances.Add(instance);
        instance.Clearing = clear;
        if (instance.Stop is not null) clear.Waiting++;
    }

    private ClearOperation ClearOf(string id)
    {
        if (_clears.FirstOrDefault(clear => clear.Id == id) is { } known) return known;
        var clear = new ClearOperation(id);
        _clears.Add(clear);
        return clear;
    }

    private static void Restore(Expansion expansion, ExpansionDocument stored)
    {
        (expansion.State, expansion.Count, expansion.Length) = (Enum.Parse<ExpansionState>(stored.State), stored.Lists, stored.Length);
        (expansion.ShowsStandIn, expansion.Reason) = (stored.StandIn, stored.Reason);
        foreach (var part in stored.Parts)
        {
            var proxy = new PartProxy(expansion, expansion.Parts.Count, part.From, part.To)
            {
                IsStarted = part.Started, IsEnded = part.Ended, IsShown = part.Shown, Sequence = part.Sequence, Version = part.Version,
                MustHaveSeen = part.MustHaveSeen, Places = part.Places, StopReason = part.Stop,
                IsDirty = part.Dirty || part.Started, Failures = part.Failures,
            };
            foreach (var tally in part.Tasks) proxy.Tallies[tally.Task] = tally;
            proxy.Clears.AddRange(part.Clears);
            expansion.Parts.Add(proxy);
        }
    }

    /// <summary>Counts what is shown, as if it had just appeared.</summary>
    private void Count(RegionInstance at, int outside)
    {
        foreach (var instance in at.Members.Where(instance => instance is { IsShown: true }))
        {
            CountUnfinished(instance, +1);
            _left[instance.Task.Index].Unfinished++;
            Expect(instance.Task, at, outside, +1);
        }
        foreach (var group in at.Groups) Show(group);
        foreach (var expansion in at.Children.Where(expansion => IsMine(expansion.Region)))
        {
            if (expansion.ShowsStandIn)
            {
                Count(expansion.StandIn, outside);
                continue;
            }
            var depth = expansion.Region.Depth;
            foreach (var task in expansion.Region.AllTasks)
            {
                Expect(task, expansion.StandIn, outside, +1);
                Expect(task, expansion.StandIn, depth, -1);
            }
            foreach (var slot in expansion.Shown) Count(slot, depth);
            foreach (var part in expansion.Parts.Where(part => part.IsShown)) Count(part);
        }
    }

    private void Count(PartProxy part)
    {
        CountUnfinished(part, +1);
        ExpectPart(part, +1);
        var tallies = part.Tallies.Values.ToArray();
        part.Tallies.Clear();
        foreach (var tally in tallies) Replace(part, _plan.Tasks[tally.Task], tally);
        if (part.IsEnded) CountUnfinished(part, -1);
    }
}

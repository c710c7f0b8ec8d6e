namespace Updraft.Orchestration;

// Commands: what people ask of a run.
internal sealed partial class RunState
{
    private void SetPaused(bool paused)
    {
        if (IsPaused == paused) return;
        IsPaused = paused;
        ChangedHead();
        foreach (var part in AllParts) part.IsDirty = true;
        if (paused) return;
        var held = _heldByPause.ToArray();
        _heldByPause.Clear();
        foreach (var instance in held) Admit(instance);
    }

    /// <summary>Selects, kills what is at work of the selection, and then puts all of it back to none.</summary>
    private void Clear(string id, ClearCommand command)
    {
        var clear = new ClearOperation(id);
        foreach (var instance in command.Tasks.SelectMany(Select)) clear.Instances.Add(instance);
        var parts = SelectParts(command).ToArray();
        if (command.Upstream) AddUpstream(clear);
        if (command.Downstream) AddDownstream(clear, null, parts.SelectMany(part => part.Tasks.Select(task => (part.Expansion.Home, task))));
        if (command.FailedOnly) KeepFailed(clear);
        AddSetupsAndTeardowns(clear);
        AddWhatNeverRan(clear, parts.SelectMany(part => part.Tasks.Select(task => (part.Expansion.Home, task))));

        if (clear.Instances.Count == 0 && parts.Length == 0) return; // Nothing is put back, so nothing is started that a cancel would not allow.
        foreach (var part in parts)
            foreach (var proxy in part.Expansion.Parts.Where(proxy => proxy.IsShown)) ClearPart(proxy, part.Command);
        DecideAnewInParts(clear);
        foreach (var instance in clear.Instances)
        {
            LeaveClear(instance);
            instance.Clearing = clear;
        }
        _clears.Add(clear);
        foreach (var instance in clear.Instances.Where(instance => instance.State.IsActive()).ToArray())
        {
            clear.Waiting++;
            Stop(instance, new StopCause(StopKind.Clear, "is being cleared"));
        }
        foreach (var instance in clear.Instances.Where(instance => instance.State is TaskState.Scheduled or TaskState.UpForRetry)) LeaveQueues(instance);
        FinishClears();
    }

    /// <summary>A list is made anew only when all that hangs on it failed.</summary>
    private void KeepFailed(ClearOperation clear)
    {
        foreach (var expansion in clear.Reopen.Where(expansion => expansion.Parts.Any(part => part.IsShown)).ToArray())
        {
            clear.Reopen.Remove(expansion);
            foreach (var proxy in expansion.Parts.Where(proxy => proxy.IsShown)) ClearPart(proxy, EverythingIn(expansion.Region) with { FailedOnly = true });
        }
        clear.Instances.RemoveWhere(instance => instance.State is not (TaskState.Failed or TaskState.UpstreamFailed));
        clear.Reopen.RemoveWhere(expansion => !expansion.Shown.SelectMany(InstancesIn).All(clear.Instances.Contains));
    }

    /// <summary>A later command decides what becomes of an instance that an earlier clear still waits for.</summary>
    private static void LeaveClear(TaskInstance instance)
    {
        if (instance.Clearing is not { } clear) return;
        clear.Instances.Remove(instance);
        if (instance.Stop is { Kind: StopKind.Clear }) clear.Waiting--;
        instance.Clearing = null;
    }

    private void FinishClears()
    {
        foreach (var clear in _clears.Where(clear => clear.Waiting == 0).ToArray())
        {
            _clears.Remove(clear);
            Ends++;
            _stopping = null;
            _forced = false;
            foreach (var instance in clear.Instances)
            {
                instance.Clearing = null;
                Reset(instance);
            }
            foreach (var expansion in clear.Reopen) Reopen(expansion);
            DecideAll(_root);
        }
    }

    private void Mark(MarkCommand command)
    {
        var clear = new ClearOperation("");
        foreach (var instance in command.Tasks.SelectMany(Select).ToArray())
        {
            var cause = new StopCause(StopKind.Mark, $"marked {command.State.ToString().ToLowerInvariant()} by hand", command.State);
            if (instance.State.IsFinal()) Reset(instance);
            LeaveClear(instance);
            clear.Instances.Add(instance);
            Stop(instance, cause);
        }
        var marked = clear.Instances.ToHashSet();
        var parts = SelectParts(new ClearCommand { Tasks = command.Tasks }).ToArray();
        AddWhatNeverRan(clear, parts.SelectMany(part => part.Tasks.Select(task => (part.Expansion.Home, task))), marked);
        foreach (var part in parts)
            foreach (var proxy in part.Expansion.Parts.Where(proxy => proxy.IsShown)) Pass(proxy, version => new PartClear(version, Mark: command with { Tasks = part.Command.Tasks }));
        DecideAnewInParts(clear);
        foreach (var instance in clear.Instances.Except(marked).ToArray()) Reset(instance);
        foreach (var expansion in clear.Reopen) Reopen(expansion);
        DecideAll(_root);
        FinishClears();
    }

    private IEnumerable<TaskInstance> Select(InstanceSelector selector)
    {
        foreach (var task in _plan.Tasks.Where(task => IsMine(task.Region) && IsSelected(task, selector)))
            foreach (var at in Shown(_root, task.Region))
                if (at.Path.Select(place => place.Key).Zip(selector.Keys).All(pair => pair.First == pair.Second || at.IsStandIn)) yield return at.Members[task.Member];
    }

    private bool IsSelected(PlanTask task, InstanceSelector selector) =>
        selector.TaskId == InstanceSelector.All || task.Id == selector.TaskId || _plan.Spec.Groups.Any(group => group.Id == selector.TaskId) && task.Id.StartsWith(selector.TaskId + ".", StringComparison.Ordinal);

    private IEnumerable<(Expansion Expansion, PlanTask[] Tasks, ClearCommand Command)> SelectParts(ClearCommand command)
    {
        foreach (var expansion in AllExpansions(_root).Where(expansion => expansion.Parts.Any(part => part.IsShown)))
        {
            var selectors = command.Tasks.Where(selector => expansion.Region.AllTasks.Any(task => IsSelected(task, selector))).ToArray();
            if (selectors.Length == 0) continue;
            var tasks = expansion.Region.AllTasks.Where(task => selectors.Any(selector => IsSelected(task, selector))).ToArray();
            yield return (expansion, tasks, command with { Tasks = [.. selectors] });
        }
    }

    /// <param name="clear">To what it is added.</param>
    /// <param name="fromParts">Where parts stand whose instances are selected.</param>
    /// <param name="marked">What was just given its state by hand, and keeps it; null for nothing.</param>
    private void AddWhatNeverRan(ClearOperation clear, IEnumerable<(RegionInstance At, PlanTask Task)> fromParts, HashSet<TaskInstance>? marked = null) =>
        AddDownstream(clear, instance => instance.State.IsFinal() && !instance.Ran && marked?.Contains(instance) is not true, fromParts);

    private void DecideAnewInParts(ClearOperation clear)
    {
        foreach (var proxy in clear.AnewInParts.Except(clear.Reopen).SelectMany(expansion => expansion.Parts).Where(proxy => proxy.IsShown)) Pass(proxy, version => new PartClear(version));
    }

    /// <summary>Adds what is downstream and fits (null: all), instance by instance: inside a region only the same index.</summary>
    private void AddDownstream(ClearOperation clear, Func<TaskInstance, bool>? fits, IEnumerable<(RegionInstance At, PlanTask Task)> fromParts)
    {
        var next = new Queue<(RegionInstance At, PlanEdge Edge)>(clear.Instances.SelectMany(instance => Edges(instance.Home, instance.Task)).Concat(fromParts.SelectMany(from => Edges(from.At, from.Task))));
        while (next.TryDequeue(out var step))
        {
            var to = step.Edge.To;
            if (!IsMine(to.Expands ?? to.Task!.Region)) continue; // What follows a part is its run's.
            if (to.Expands is { } region || (to.Task!.IsHead && step.At.Region != to.Task.Region && (region = to.Task.Region) is not null))
                foreach (var home in Shown(step.At, region.Parent!))
                    ReopenWith(clear, home.Children[region.Child], fits, next);
            if (to.Task is not { } task) continue;
            foreach (var at in Shown(step.At, task.Region))
                if (at.Members[task.Member] is var instance && fits?.Invoke(instance) != false && clear.Instances.Add(instance))
                    foreach (var edge in Edges(at, task)) next.Enqueue(edge);
        }
    }

    /// <summary>A list whose source runs again is made anew, with all that hangs on it.</summary>
    private static void ReopenWith(ClearOperation clear, Expansion expansion, Func<TaskInstance, bool>? fits, Queue<(RegionInstance At, PlanEdge Edge)> next)
    {
        var inside = expansion.Shown.SelectMany(InstancesIn).ToArray();
        var inParts = fits is not null && expansion.Parts.Any(part => part.IsShown); // What ran there is known to the parts alone.
        if (fits is not null && !inside.All(fits) && !expansion.IsCollapsed || !(inParts ? clear.AnewInParts : clear.Reopen).Add(expansion)) return;
        foreach (var instance in inside.Where(clear.Instances.Add))
            foreach (var edge in Edges(instance.Home, instance.Task)) next.Enqueue(edge);
        foreach (var inner in expansion.Shown.SelectMany(AllExpansions)) clear.Reopen.Add(inner);
        foreach (var task in expansion.Parts.Count > 0 ? expansion.Region.AllTasks : [])
            foreach (var edge in Edges(expansion.Home, task)) next.Enqueue(edge);
    }

    private static IEnumerable<TaskInstance> InstancesIn(RegionInstance at) => at.Members.Concat(at.Children.SelectMany(expansion => expansion.Shown).SelectMany(InstancesIn));

    private static IEnumerable<(RegionInstance At, PlanEdge Edge)> Edges(RegionInstance home, PlanTask task) =>
        task.Out.Where(edge => edge.Role is not EdgeRole.Gate && edge.Depth <= home.Region.Depth).Select(edge => (home.At(edge.Depth), edge));

    private void AddUpstream(ClearOperation clear)
    {
        var selected = clear.Instances.ToArray();
        foreach (var instance in selected)
            foreach (var task in _plan.Upstream([instance.Task]).Where(task => IsMine(task.Region)))
                foreach (var at in Shown(instance.Home.At(PlanRegion.Common(task.Region, instance.Task.Region).Depth), task.Region)) clear.Instances.Add(at.Members[task.Member]);
    }

    private static void AddSetupsAndTeardowns(ClearOperation clear)
    {
        foreach (var instance in clear.Instances.ToArray())
            foreach (var task in instance.Task.SetupsAndTeardowns)
                foreach (var at in Shown(instance.Home.At(PlanRegion.Common(task.Region, instance.Task.Region).Depth), task.Region)) clear.Instances.Add(at.Members[task.Member]);
    }
}

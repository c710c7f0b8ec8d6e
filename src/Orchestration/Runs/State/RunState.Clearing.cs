using System.Collections.Immutable;

namespace Updraft.Orchestration;

// Clearing: what is selected goes back to none at once, and is let go on together, when the last of its work is dead.
internal sealed partial class RunState
{
    private void Clear(string id, ClearCommand command)
    {
        var clear = new ClearOperation(id);
        foreach (var instance in command.Tasks.SelectMany(Select)) clear.Instances.Add(instance);
        SelectInParts(clear, command.Tasks);
        if (command.Upstream) AddUpstream(clear);
        if (command.Downstream) AddDownstream(clear, null);
        if (command.FailedOnly) KeepFailed(clear);
        AddSetupsAndTeardowns(clear);
        var chosen = clear.Instances.ToHashSet();
        AddWhatNeverRan(clear);
        CountAgain(clear.Instances.Except(chosen));
        if (clear.Instances.Count == 0 && !clear.Maps.Any()) return; // Nothing is put back, so nothing is started that a cancel would not allow.

        foreach (var instance in clear.Instances)
        {
            LeaveClear(instance);
            instance.Clearing = clear;
        }
        _clears.Add(clear);
        ChangedHead();
        foreach (var instance in clear.Instances.ToArray()) PutBack(instance, clear);
        foreach (var map in clear.Reopen) Reopen(map);
        foreach (var map in clear.Maps.Except(clear.Reopen).ToArray())
        {
            var commands = CommandsFor(map, clear, command).ToArray();
            foreach (var part in map.ShownParts)
            {
                foreach (var passed in commands) ClearPart(part, passed);
                if (clear.AnewIn(map) is { } anew) Pass(part, version => new PartClear(version, Anew: anew));
            }
        }
        FinishClears();
    }

    private void PutBack(TaskInstance instance, ClearOperation clear)
    {
        if (instance.State.IsActive())
        {
            clear.Waiting++;
            Stop(instance, new StopCause(StopKind.Clear, "is being cleared"));
            return;
        }
        if (instance.State is TaskState.Scheduled or TaskState.UpForRetry) LeaveQueues(instance);
        Reset(instance);
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
        if (_clears.Count == 0 || AllParts.Any(part => part.Clears.Count > 0)) return;
        foreach (var clear in _clears.Where(clear => clear.Waiting == 0).ToArray())
        {
            _clears.Remove(clear);
            Ends++;
            EndStopping();
            foreach (var instance in clear.Instances)
            {
                instance.Clearing = null;
                Reset(instance);
            }
            DecideAll(_root);
        }
    }

    private static bool IsFailed(TaskInstance instance) => instance.State is TaskState.Failed or TaskState.UpstreamFailed;

    /// <summary>A list is made anew only when all that hangs on it failed, which of a map in parts is not known.</summary>
    private static void KeepFailed(ClearOperation clear)
    {
        clear.Instances.RemoveWhere(instance => !IsFailed(instance));
        clear.Reopen.RemoveWhere(map => map.IsInParts || !map.Shown.SelectMany(InstancesIn).All(clear.Instances.Contains));
        foreach (var (map, task) in clear.InParts.Keys.ToArray())
            if (!map.ShownParts.Any(part => part.Of(task) is { Failed: > 0 } or { UpstreamFailed: > 0 })) clear.InParts.Remove((map, task));
    }

    /// <summary>Tasks of maps in parts that are selected, all their instances or some.</summary>
    private void SelectInParts(ClearOperation clear, ImmutableArray<InstanceSelector> selectors)
    {
        foreach (var map in AllExpansions(_root).Where(map => map.IsInParts))
            foreach (var selector in SelectorsFor(map, selectors))
                foreach (var task in map.Region.AllTasks.Where(task => IsSelected(task, selector)))
                    clear.Reach(map, task, all: selector.Keys.Length < map.Region.Depth);
    }

    /// <summary>What of a selection is in a map.</summary>
    private ImmutableArray<InstanceSelector> SelectorsFor(Expansion map, ImmutableArray<InstanceSelector> selectors) =>
        [.. selectors.Where(selector => map.Region.AllTasks.Any(task => IsSelected(task, selector)) && map.Home.Path.Select(at => at.Key).Zip(selector.Keys).All(pair => pair.First == pair.Second))];

    /// <summary>What the parts of a map are to clear.</summary>
    private IEnumerable<ClearCommand> CommandsFor(Expansion map, ClearOperation clear, ClearCommand command)
    {
        var whole = clear.InParts.Where(reached => reached.Key.Map == map && reached.Value).Select(reached => new InstanceSelector(reached.Key.Task.Id, [])).ToImmutableArray();
        if (whole.Length > 0) yield return new() { Tasks = whole, Downstream = false, FailedOnly = command.FailedOnly };
        var some = SelectorsFor(map, command.Tasks).Where(selector => selector.Keys.Length >= map.Region.Depth).ToImmutableArray();
        if (some.Length > 0) yield return command with { Tasks = some };
        var cleaning = clear.CleaningUp.Where(reached => reached.Map == map).Select(reached => new InstanceSelector(reached.Task.Id, [])).ToImmutableArray();
        if (cleaning.Length > 0) yield return new() { Tasks = cleaning, Downstream = false };
    }

    /// <param name="clear">To what it is added.</param>
    /// <param name="marked">What was just given its state by hand, and keeps it; null for nothing.</param>
    private void AddWhatNeverRan(ClearOperation clear, HashSet<TaskInstance>? marked = null) =>
        AddDownstream(clear, instance => NeverRan(instance) && marked?.Contains(instance) is not true);

    private static bool NeverRan(TaskInstance instance) => instance.State.IsFinal() && !instance.Ran;

    /// <summary>Adds what is downstream and fits (null: all), instance by instance: inside a region only the same index.</summary>
    private void AddDownstream(ClearOperation clear, Func<TaskInstance, bool>? fits) => new Downstream(this, clear, fits).Add();

    private void AddUpstream(ClearOperation clear)
    {
        foreach (var instance in clear.Instances.ToArray())
            foreach (var task in _plan.Upstream([instance.Task])) AddMeeting(clear, instance.Home, instance.Task, task, (map, upstream) => clear.Reach(map, upstream, all: true));
        foreach (var ((map, reached), all) in clear.InParts.ToArray())
            foreach (var task in _plan.Upstream([reached]))
                if (map.Region.Holds(task.Region)) clear.Reach(map, task, all);
                else AddMeeting(clear, map.Home, reached, task, (other, upstream) => clear.Reach(other, upstream, all: true));
    }

    private void AddSetupsAndTeardowns(ClearOperation clear)
    {
        foreach (var instance in clear.Instances.ToArray())
            foreach (var task in instance.Task.SetupsAndTeardowns) AddMeeting(clear, instance.Home, instance.Task, task, (map, cleaning) => clear.CleaningUp.Add((map, cleaning)));
        foreach (var ((map, reached), all) in clear.InParts.ToArray())
            foreach (var task in reached.SetupsAndTeardowns)
                if (!map.Region.Holds(task.Region)) AddMeeting(clear, map.Home, reached, task, (other, cleaning) => clear.CleaningUp.Add((other, cleaning)));
                else if (all) clear.CleaningUp.Add((map, task));
    }

    /// <summary>Adds the instances of another task that one has to do with.</summary>
    private void AddMeeting(ClearOperation clear, RegionInstance home, PlanTask task, PlanTask other, Action<Expansion, PlanTask> inParts)
    {
        if (!IsMine(other.Region)) return; // What lies around a part is its run's.
        var common = home.At(Math.Min(home.Region.Depth, PlanRegion.Common(other.Region, task.Region).Depth));
        foreach (var at in Shown(common, other.Region)) clear.Instances.Add(at.Members[other.Member]);
        foreach (var map in MapsInParts(common, other.Region)) inParts(map, other);
    }

    private static IEnumerable<TaskInstance> InstancesIn(RegionInstance at) => at.Members.Concat(at.Children.SelectMany(expansion => expansion.Shown).SelectMany(InstancesIn));

    /// <summary>The maps in parts, within one of an outer region, that own instances of a region.</summary>
    private static IEnumerable<Expansion> MapsInParts(RegionInstance outer, PlanRegion region)
    {
        if (outer.Region == region) return [];
        var child = region;
        while (child.Parent != outer.Region) child = child.Parent!;
        var map = outer.Children[child.Child];
        return map.IsInParts ? [map] : map.Shown.SelectMany(inner => MapsInParts(inner, region));
    }

    /// <summary>A walk along the edges of a plan, over instances and over the tasks of maps in parts.</summary>
    /// <param name="state">Where it walks.</param>
    /// <param name="clear">To what it adds what it meets.</param>
    /// <param name="fits">What is added; null for all.</param>
    private sealed class Downstream(RunState state, ClearOperation clear, Func<TaskInstance, bool>? fits)
    {
        private readonly Queue<(RegionInstance Home, Expansion? Map, PlanTask Task, bool All)> _next = [];

        public void Add()
        {
            foreach (var instance in clear.Instances) Go(instance);
            foreach (var ((map, task), all) in clear.InParts) _next.Enqueue((map.Home, map, task, all));
            while (_next.TryDequeue(out var from))
                foreach (var edge in from.Task.Out.Where(edge => edge.Role is not EdgeRole.Gate))
                    if (from.Map is { } map && map.Region.Holds(edge.To.Region)) Inside(map, from.Task, edge.To, from.All);
                    else Outside(from.Home.At(edge.Depth), edge.To);
        }

        private void Go(TaskInstance instance) => _next.Enqueue((instance.Home, null, instance.Task, true));

        private void Meet(Expansion map, PlanTask task, bool all)
        {
            if (clear.Reach(map, task, all)) _next.Enqueue((map.Home, map, task, all));
        }

        /// <summary>An edge within a map in parts. What ran there is known to the parts alone: where only some fits, they tell how it goes on.</summary>
        private void Inside(Expansion map, PlanTask from, PlanTarget to, bool all)
        {
            if (fits is not null) return;
            var list = to.Expands ?? (to.Task!.IsHead && from.Region != to.Task.Region ? to.Task.Region : null);
            foreach (var task in list?.AllTasks ?? [to.Task!]) Meet(map, task, all);
        }

        private void Outside(RegionInstance at, PlanTarget to)
        {
            if (!state.IsMine(to.Expands ?? to.Task!.Region)) return; // What follows a part is its run's.
            if ((to.Expands ?? (to.Task!.IsHead && at.Region != to.Task.Region ? to.Task.Region : null)) is { } list)
            {
                foreach (var home in Shown(at, list.Parent!)) Reopen(home.Children[list.Child]);
                foreach (var map in MapsInParts(at, list.Parent!)) WithinParts(map, list.AllTasks);
            }
            if (to.Task is not { } task) return;
            foreach (var home in Shown(at, task.Region))
                if (home.Members[task.Member] is var instance && fits?.Invoke(instance) != false && clear.Instances.Add(instance)) Go(instance);
            foreach (var map in MapsInParts(at, task.Region)) WithinParts(map, [task]);
        }

        private void WithinParts(Expansion map, IEnumerable<PlanTask> tasks)
        {
            foreach (var task in tasks)
            {
                if (fits is not null) clear.AnewInParts.Add((map, task));
                else Meet(map, task, all: true);
            }
        }

        /// <summary>A list whose source runs again is made anew, with all that hangs on it.</summary>
        private void Reopen(Expansion list)
        {
            var inside = list.Shown.SelectMany(InstancesIn).ToArray();
            if (fits is not null && list.IsInParts) WithinParts(list, list.Region.AllTasks);
            else if (fits is null || inside.All(fits) || list.IsCollapsed) MakeAnew(list, inside);
        }

        private void MakeAnew(Expansion list, TaskInstance[] inside)
        {
            if (!clear.Reopen.Add(list)) return;
            foreach (var instance in inside.Where(clear.Instances.Add)) Go(instance);
            foreach (var map in list.Shown.SelectMany(AllExpansions).Prepend(list))
            {
                if (fits is null || !map.IsInParts) clear.Reopen.Add(map);
                if (map.IsInParts) WithinParts(map, map.Region.AllTasks);
            }
        }
    }
}

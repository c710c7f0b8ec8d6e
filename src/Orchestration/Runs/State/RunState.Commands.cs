using System.Collections.Immutable;

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

    /// <param name="command">What is marked; null for nothing.</param>
    /// <param name="anew">Ids of tasks of which what never ran is decided anew too.</param>
    private void Mark(MarkCommand? command, ImmutableArray<string> anew)
    {
        var clear = new ClearOperation("");
        if (command is not null) MarkWhatIsHere(command, clear);
        var marked = clear.Instances.ToHashSet();
        clear.Instances.UnionWith(anew.SelectMany(id => Select(new(id, []))).Where(NeverRan));
        DecideAnew(clear, marked, command);
    }

    /// <summary>What never ran, downstream of what was put back, marked or decided anew, is put back too.</summary>
    private void DecideAnew(ClearOperation clear, HashSet<TaskInstance> marked, MarkCommand? command = null)
    {
        AddWhatNeverRan(clear, marked);
        foreach (var map in clear.Maps.ToArray())
        {
            var mark = command is not null && SelectorsFor(map, command.Tasks).Length > 0 ? command : null;
            if (mark is not null || clear.AnewIn(map) is not null)
                foreach (var part in map.ShownParts) Pass(part, version => new PartClear(version, Mark: mark, Anew: clear.AnewIn(map) ?? []));
        }
        CountAgain(clear.Instances.Except(marked));
        foreach (var instance in clear.Instances.Except(marked).ToArray()) Reset(instance);
        foreach (var expansion in clear.Reopen) Reopen(expansion);
        DecideAll(_root);
        FinishClears();
    }

    private void MarkWhatIsHere(MarkCommand command, ClearOperation clear)
    {
        foreach (var instance in command.Tasks.SelectMany(Select).ToArray())
        {
            var cause = new StopCause(StopKind.Mark, $"marked {command.State.ToString().ToLowerInvariant()} by hand", command.State);
            if (instance.State.IsFinal()) Reset(instance);
            LeaveClear(instance);
            clear.Instances.Add(instance);
            Stop(instance, cause);
        }
        SelectInParts(clear, command.Tasks);
    }

    private IEnumerable<TaskInstance> Select(InstanceSelector selector)
    {
        foreach (var task in _plan.Tasks.Where(task => IsMine(task.Region) && IsSelected(task, selector)))
            foreach (var at in Shown(_root, task.Region))
                if (at.Path.Select(place => place.Key).Zip(selector.Keys).All(pair => pair.First == pair.Second || at.IsStandIn)) yield return at.Members[task.Member];
    }

    private bool IsSelected(PlanTask task, InstanceSelector selector) =>
        selector.TaskId == InstanceSelector.All || task.Id == selector.TaskId || _plan.Spec.Groups.Any(group => group.Id == selector.TaskId) && task.Id.StartsWith(selector.TaskId + ".", StringComparison.Ordinal);
}

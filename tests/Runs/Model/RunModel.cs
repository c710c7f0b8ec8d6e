using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>
/// The reference model of a run: all of semantics.md that commands meet, for work that takes no time or for ever. After each operation every
/// task is decided again from scratch, so it is slow and plain.
/// </summary>
internal sealed class RunModel
{
    private readonly ModelDag _dag;
    private readonly ModelWorld _world;
    private readonly Dictionary<string, Instance> _instances;
    private bool _paused, _stopping, _cancelled;

    public RunModel(ModelDag dag, ModelWorld world)
    {
        (_dag, _world) = (dag, world);
        _instances = dag.Tasks.SelectMany(task => task.Instances.Select(name => new Instance(name, task))).ToDictionary(instance => instance.Name);
        Decide();
    }

    public ModelDag Dag => _dag;

    public bool IsFinal => _instances.Values.All(instance => instance.State.IsFinal());

    public IEnumerable<Instance> Instances => _instances.Values;

    public RunStatus Status { get; private set; } = RunStatus.Running;

    public void Pause(bool paused)
    {
        if (IsFinal) return;
        _paused = paused;
        foreach (var instance in _instances.Values.Where(instance => !paused && instance.State is TaskState.Scheduled)) Execute(instance);
        Decide();
    }

    public void Cancel(bool force)
    {
        if (IsFinal) return;
        _cancelled = true;
        if (_stopping && !force) return;
        (_stopping, _paused) = (true, false);
        foreach (var instance in _instances.Values.Where(instance => !instance.State.IsFinal() && (force || !instance.Task.IsTeardown)))
            instance.State = instance.State is TaskState.Running or TaskState.UpForRetry ? TaskState.Failed : TaskState.Skipped;
        foreach (var instance in _instances.Values.Where(instance => instance.State is TaskState.Scheduled)) Execute(instance);
        Decide();
    }

    /// <summary>What a clear puts back.</summary>
    public HashSet<Instance> Selection(ClearCommand command)
    {
        HashSet<Instance> selected = [.. command.Tasks.SelectMany(Select)];
        if (command.Upstream)
            foreach (var instance in selected.ToArray())
                foreach (var above in _dag.Above(instance.Task.Id)) selected.UnionWith(Meeting(instance, _dag[above]));
        if (command.Downstream) AddDownstream(selected, _ => true);
        if (command.FailedOnly) selected.RemoveWhere(instance => instance.State is not (TaskState.Failed or TaskState.UpstreamFailed));
        foreach (var instance in selected.ToArray())
            foreach (var other in _dag.CleaningUp(instance.Task)) selected.UnionWith(Meeting(instance, _dag[other]));
        AddDownstream(selected, instance => instance.NeverRan);
        return selected;
    }

    public void Clear(ClearCommand command)
    {
        var selected = Selection(command);
        Open();
        if (selected.Count > 0) (_stopping, _cancelled) = (false, false);
        foreach (var instance in selected) instance.Reset();
        Decide();
    }

    public void Mark(MarkCommand command)
    {
        Open();
        HashSet<Instance> marked = [.. command.Tasks.SelectMany(Select)];
        foreach (var instance in marked)
        {
            if (instance.State.IsFinal()) instance.Reset();
            instance.State = command.State;
        }
        HashSet<Instance> again = [.. marked];
        AddDownstream(again, instance => instance.NeverRan);
        foreach (var instance in again.Except(marked)) instance.Reset();
        Decide();
    }

    /// <summary>Work that went on for ever is let go on, as the world now is.</summary>
    public void Release()
    {
        foreach (var instance in _instances.Values.Where(instance => instance.State is TaskState.Running)) End(instance);
        Decide();
    }

    /// <summary>All retries come that are due.</summary>
    public void Wait()
    {
        while (_instances.Values.Where(instance => instance.State is TaskState.UpForRetry).ToArray() is { Length: > 0 } due)
        {
            foreach (var instance in due)
                if (_paused) instance.State = TaskState.Scheduled;
                else Execute(instance);
            Decide();
        }
    }

    public IEnumerable<Instance> Select(InstanceSelector selector) => _instances.Values.Where(instance =>
        (instance.Task.Id == selector.TaskId || instance.Task.Group == selector.TaskId) && (selector.Keys.IsEmpty || instance.Key == selector.Keys[0]));

    /// <summary>A command opens a run that has ended.</summary>
    private void Open()
    {
        if (IsFinal) (_stopping, _cancelled) = (false, false);
    }

    private void AddDownstream(HashSet<Instance> selected, Func<Instance, bool> fits)
    {
        var next = new Queue<Instance>(selected);
        while (next.TryDequeue(out var instance))
            foreach (var task in _dag.Tasks.Where(task => _dag.Waits(task).Contains(instance.Task.Id)))
                foreach (var follower in Meeting(instance, task).Where(follower => fits(follower) && selected.Add(follower))) next.Enqueue(follower);
    }

    /// <summary>The instances of another task that one has to do with: in one mapped group, those of its own item.</summary>
    private IEnumerable<Instance> Meeting(Instance instance, ModelTask other) =>
        _instances.Values.Where(each => each.Task == other && (other.Group is null || other.Group != instance.Task.Group || each.Key == instance.Key));

    private void Decide()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var instance in _instances.Values.Where(instance => instance.State is TaskState.None))
            {
                var verdict = Verdict(instance);
                changed |= verdict is not Dags.Verdict.Undecided;
                switch (verdict)
                {
                    case Dags.Verdict.Run when _stopping && !instance.Task.IsTeardown: instance.State = TaskState.Skipped; break;
                    case Dags.Verdict.Run when _paused: instance.State = TaskState.Scheduled; break;
                    case Dags.Verdict.Run: Execute(instance); break;
                    case Dags.Verdict.Skip: instance.State = TaskState.Skipped; break;
                    case Dags.Verdict.UpstreamFailed: instance.State = TaskState.UpstreamFailed; break;
                }
            }
        }
        Status = !IsFinal ? _paused ? RunStatus.Paused : RunStatus.Running
            : _cancelled ? RunStatus.Cancelled
            : _instances.Values.Any(instance => (_dag.Spec.Outcome is OutcomePolicy.All ? !instance.Task.IsTeardown : _dag.IsLeaf(instance.Task)) && instance.State is TaskState.Failed or TaskState.UpstreamFailed) ? RunStatus.Failed
            : RunStatus.Success;
    }

    private Verdict Verdict(Instance instance)
    {
        var task = instance.Task;
        if (task.CleansUp is { } setup)
        {
            if (_dag.Waits(task).SelectMany(id => Meeting(instance, _dag[id])).Any(each => !each.State.IsFinal())) return Dags.Verdict.Undecided;
            return TriggerRules.DecideTeardown(States([_instances[setup]]), true);
        }
        foreach (var gate in _dag.Above(task.Id).Select(id => _dag[id]).Where(gate => gate.Kind is TaskKind.ShortCircuit || (gate.Kind is TaskKind.Branch && task.After.Contains(gate.Id))))
            if (!_instances[gate.Id].State.IsFinal()) return Dags.Verdict.Undecided;
        foreach (var gate in _dag.Above(task.Id).Select(id => _instances[_dag[id].Instances.First()]).Where(gate => gate.State is TaskState.Success && gate.Chose is not null))
            if (gate.Task.Kind is TaskKind.ShortCircuit ? gate.Chose!.Length == 0 : task.After.Contains(gate.Task.Id) && !_dag.IsChosen(task.Id, gate.Chose!)) return Dags.Verdict.Skip;
        return TriggerRules.Decide(task.Rule, States(task.After.SelectMany(id => Meeting(instance, _dag[id]))));
    }

    private static UpstreamStates States(IEnumerable<Instance> upstreams)
    {
        var states = upstreams.Select(upstream => upstream.State).ToArray();
        return new(states.All(state => state.IsFinal()), states.Contains(TaskState.Success), states.Contains(TaskState.Failed), states.Contains(TaskState.UpstreamFailed), states.Contains(TaskState.Skipped));
    }

    private void Execute(Instance instance)
    {
        instance.Try++;
        instance.TriesInRound++;
        End(instance);
    }

    private void End(Instance instance)
    {
        instance.State = _world.Of(instance.Name) switch
        {
            Way.Hangs => TaskState.Running,
            Way.Skips => TaskState.Skipped,
            Way.Fails => instance.TriesInRound > instance.Task.Retries || (_stopping && !instance.Task.IsTeardown) ? TaskState.Failed : TaskState.UpForRetry,
            _ => TaskState.Success,
        };
        if (instance.State is TaskState.Success && instance.Task.Kind is not TaskKind.Work) instance.Chose = _world.Choice(instance.Task);
    }

    internal sealed class Instance(string name, ModelTask task)
    {
        public string Name => name;

        public ModelTask Task => task;

        public string? Key => task.Items is null ? null : name[(name.IndexOf('[', StringComparison.Ordinal) + 1)..^1];

        public TaskState State { get; set; }

        public int Try { get; set; }

        public int TriesInRound { get; set; }

        /// <summary>What a branch or short-circuit said when it last succeeded.</summary>
        public string[]? Chose { get; set; }

        /// <summary>Whether an upstream's rerun puts it back: it is final, and did nothing.</summary>
        public bool NeverRan => State is TaskState.UpstreamFailed || (State is TaskState.Skipped && TriesInRound == 0);

        public void Reset() => (State, TriesInRound, Chose) = (TaskState.None, 0, null);

        public override string ToString() => $"{name}:{State}";
    }
}

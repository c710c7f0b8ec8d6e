using System.Collections.Immutable;

namespace Updraft.Orchestration;

// Priorities that were changed by hand: who waits for a limit is put elsewhere in its queue.
internal sealed partial class RunState
{
    private PriorityRules _priorities = PriorityRules.None;

    /// <summary>The priorities that were given by hand.</summary>
    public PriorityRules Priorities => _priorities;

    /// <summary>Takes over what was stored of a run that has not begun.</summary>
    public void LoadPriorities(PriorityRules? stored) => _priorities = stored ?? PriorityRules.None;

    private int PriorityOf(TaskInstance instance)
    {
        foreach (var rule in _priorities.Rules.Reverse())
            if (rule.Task is null || (IsSelected(instance.Task, new InstanceSelector(rule.Task, rule.Keys)) && instance.Keys.Zip(rule.Keys).All(pair => pair.First == pair.Second))) return rule.Priority;
        return instance.Task.Spec.Priority;
    }

    private void SetPriorities(PriorityRules rules)
    {
        if (rules.Changes <= _priorities.Changes) return;
        _priorities = rules;
        ChangedHead();
        foreach (var part in AllParts) part.IsDirty = true;
        if (IsPaused) return;
        foreach (var queue in _poolQueues.Values) queue.Backlog.Clear();
        foreach (var instance in _instances.Where(instance => instance is { State: TaskState.Scheduled, IsShown: true, Clearing: null, Pools: not PoolHold.Held }).ToArray())
        {
            // Where it waits for a pool it keeps its time of asking; a call under way is overtaken by this one.
            if (instance.PoolQueue is null) Admit(instance);
            else if (instance.PoolQueue != QueueOf(instance, PoolAsks(instance))) AskForPools(instance, PoolAsks(instance));
        }
    }
}

/// <summary>Priorities that were given by hand, the latest last.</summary>
/// <param name="Changes">Counts the commands.</param>
/// <param name="Rules">The last that fits an instance holds.</param>
public sealed record PriorityRules(int Changes, ImmutableArray<PriorityRule> Rules)
{
    /// <summary>None were given.</summary>
    public static readonly PriorityRules None = new(0, []);

    /// <summary>The priority of the run as a whole; null when none was given.</summary>
    internal int? OfRun => Rules.LastOrDefault(rule => rule.Task is null)?.Priority;

    internal PriorityRules With(PriorityCommand command)
    {
        var added = command.Tasks.IsEmpty ? [new PriorityRule(null, [], command.Priority)] : command.Tasks.Select(task => new PriorityRule(task.TaskId, task.Keys, command.Priority)).ToArray();
        // What holds for all replaces what was said before.
        var kept = command.Tasks.IsEmpty ? [] : Rules.RemoveAll(rule => added.Any(other => other.Task == rule.Task && other.Keys.SequenceEqual(rule.Keys)));
        return new(Changes + 1, [.. kept, .. added]);
    }
}

/// <summary>A priority that was given by hand.</summary>
/// <param name="Task">Full id of a task or group; null for the whole run.</param>
/// <param name="Keys">Map keys, outermost first; empty for all instances.</param>
/// <param name="Priority">The priority.</param>
public sealed record PriorityRule(string? Task, ImmutableArray<string> Keys, int Priority);

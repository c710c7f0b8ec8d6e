using System.Collections.Immutable;

namespace Updraft.Orchestration;

// Following: what others may be told of a task.
internal sealed partial class RunState
{
    /// <summary>Changes whenever a task's end may have come, so that nobody need look otherwise.</summary>
    public long Ends { get; private set; }

    /// <summary>Whether a task, or one instance of it, has ended, and how; there is no state when there is no such task or instance.</summary>
    public (bool Ended, TaskState? State) EndOf(string taskId, ImmutableArray<string> keys)
    {
        if (!_plan.TasksById.TryGetValue(taskId, out var task)) return (true, null);
        if (_clears.Count > 0) return (false, null);
        var parts = AllParts.Where(part => part.IsShown && part.Expansion.Region.Holds(task.Region)).ToArray();
        if (!keys.IsEmpty && parts.Length == 0 && Select(new InstanceSelector(taskId, keys)).FirstOrDefault() is { } instance)
            return instance.State.IsFinal() && instance.Task.RetryGroups.All(group => !IsHeldHere(group) || GroupOf(instance, group).IsSettled) ? (true, instance.State) : (false, null);
        if (_left[task.Index].Unfinished > 0 || parts.Any(part => !part.IsEnded)) return (false, null);
        return (true, keys.IsEmpty || parts.Length > 0 ? Worst(task) : null);
    }

    private TaskState Worst(PlanTask task)
    {
        if (HasFailed(task)) return TaskState.Failed;
        if (_left[task.Index].UpstreamFailed > 0 || InParts(task, tally => tally.UpstreamFailed > 0)) return TaskState.UpstreamFailed;
        return _left[task.Index].Success > 0 || InParts(task, tally => tally.Success > 0) ? TaskState.Success : TaskState.Skipped;
    }
}

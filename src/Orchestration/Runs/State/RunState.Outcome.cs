using Updraft.Dags;

namespace Updraft.Orchestration;

// The outcome, taken when nothing is unfinished.
internal sealed partial class RunState
{
    /// <summary>Whether the run failed, and what is to be said of it.</summary>
    public (bool Failed, string? Reason) Outcome(OutcomePolicy policy)
    {
        var failed = FailedTasks().ToArray();
        var deciding = failed.Where(task => policy is OutcomePolicy.All ? task.Counts : task.IsLeaf).Select(task => task.Id).ToArray();
        if (deciding.Length == 0) return (false, failed.Length == 0 ? null : $"succeeded over {Names(failed.Select(task => task.Id))}, which failed");
        var causes = failed.Where(task => HasFailed(task)).Select(task => task.Id).ToArray();
        return (true, Shorten($"{Names(causes.Length > 0 ? causes : deciding)} failed"));
    }

    /// <summary>Names what is unfinished when nothing is under way that could change it; null when something is.</summary>
    public string? FindStuck()
    {
        if (AllParts.Any(part => part.IsShown && !part.IsEnded) || _pasts.Values.Any(gate => gate.IsInTheWay)) return null;
        var unfinished = _instances.Where(instance => instance.IsShown && !instance.State.IsFinal()).ToArray();
        return unfinished.Any(instance => instance.State is TaskState.Waiting or TaskState.Running or TaskState.Stopping || instance.Pools is PoolHold.Waiting) ? null
            : Names(unfinished.Select(instance => instance.ToString()));
    }

    private IEnumerable<PlanTask> FailedTasks() => _plan.Tasks.Where(task => _left[task.Index] is { Failed: > 0 } or { UpstreamFailed: > 0 } || InParts(task, tally => tally.Failed + tally.UpstreamFailed > 0));

    private bool HasFailed(PlanTask task) => _left[task.Index].Failed > 0 || InParts(task, tally => tally.Failed > 0);

    private bool InParts(PlanTask task, Func<PartTally, bool> which) => AllParts.Any(part => part.IsShown && part.Tallies.TryGetValue(task.Index, out var tally) && which(tally));

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var some = string.Join(", ", all.Take(5).Select(name => $"'{name}'"));
        return all.Length > 5 ? $"{some} and {all.Length - 5} more" : some;
    }
}

using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A DAG worked out for the run machine: regions, edges with their meaning, leaves. Immutable once compiled, shared by all runs.</summary>
internal sealed class RunPlan
{
    public required DagSpec Spec { get; init; }

    public required PlanTask[] Tasks { get; init; }

    /// <summary>Outer regions before inner ones; the whole DAG first.</summary>
    public required PlanRegion[] Regions { get; init; }

    /// <summary>Groups with retries, outer before inner.</summary>
    public required PlanGroup[] RetryGroups { get; init; }

    public required ImmutableDictionary<string, PlanTask> TasksById { get; init; }

    public PlanRegion Root => Regions[0];

    /// <summary>What a branch may choose among, by id as written: direct downstream tasks, and groups through their roots.</summary>
    public required ImmutableDictionary<PlanTask, ImmutableDictionary<string, ImmutableArray<PlanTask>>> Choices { get; init; }

    /// <summary>All that is downstream of the given tasks, themselves included.</summary>
    public static HashSet<PlanTask> Downstream(IEnumerable<PlanTask> from)
    {
        var seen = new HashSet<PlanTask>(from);
        var next = new Stack<PlanTask>(seen);
        while (next.TryPop(out var task))
        {
            foreach (var edge in task.Out)
                if (edge.Role is EdgeRole.Rule or EdgeRole.Wait && edge.To.Task is { } to && seen.Add(to))
                    next.Push(to);
        }
        return seen;
    }

    /// <summary>All that is upstream of the given tasks, themselves included.</summary>
    public HashSet<PlanTask> Upstream(IEnumerable<PlanTask> from)
    {
        var into = Tasks.SelectMany(task => task.Out).Where(edge => edge.Role is EdgeRole.Rule or EdgeRole.Wait && edge.To.Task is not null).ToLookup(edge => edge.To.Task!, edge => edge.From);
        var seen = new HashSet<PlanTask>(from);
        var next = new Stack<PlanTask>(seen);
        while (next.TryPop(out var task))
            foreach (var upstream in into[task])
                if (seen.Add(upstream)) next.Push(upstream);
        return seen;
    }
}

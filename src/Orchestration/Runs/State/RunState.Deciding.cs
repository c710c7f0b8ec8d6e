using Updraft.Dags;

namespace Updraft.Orchestration;

// Deciding: from tallies to verdicts.
internal sealed partial class RunState
{
    private void Decide()
    {
        while (true)
        {
            if (!_toDecide.TryDequeue(out var next))
            {
                if (!_toStartAgain.TryDequeue(out var group)) return;
                GroupRetryDue(group);
                continue;
            }
            MarkParts(next.At, next.Target.Region);
            if (next.Target.Expands is { } region)
            {
                foreach (var at in Shown(next.At, next.Target.Region)) DecideList(at.Children[region.Child]);
                continue;
            }
            var task = next.Target.Task!;
            if (task.IsHead && next.At.Region != task.Region)
                foreach (var at in Shown(next.At, task.Region.Parent!)) DecideList(at.Children[task.Region.Child]);
            foreach (var at in Shown(next.At, task.Region)) DecideTask(at.Members[task.Member]);
        }
    }

    /// <summary>Queues every target of a region instance and of what is shown inside it.</summary>
    private void DecideAll(RegionInstance at)
    {
        if (IsMine(at.Region))
            foreach (var task in at.Region.Members) _toDecide.Enqueue((at, task.Target));
        foreach (var expansion in at.Children)
        {
            if (!IsMine(expansion.Region) && !IsOnTheWay(expansion)) continue;
            if (IsMine(expansion.Region)) DecideList(expansion);
            foreach (var inner in expansion.Shown) DecideAll(inner);
        }
    }

    /// <summary>The instances of <paramref name="region"/> that are shown within one of an outer region.</summary>
    private static IEnumerable<RegionInstance> Shown(RegionInstance outer, PlanRegion region)
    {
        if (outer.Region == region) return [outer];
        return Shown(outer, region.Parent!).SelectMany(at => at.Children[region.Child].Shown);
    }

    /// <summary>Parts that own instances of a region are told that something outside has changed for them.</summary>
    private static void MarkParts(RegionInstance at, PlanRegion region)
    {
        if (at.Region == region) return;
        var child = region;
        while (child.Parent != at.Region) child = child.Parent!;
        var expansion = at.Children[child.Child];
        foreach (var part in expansion.Parts) part.IsDirty = true;
        foreach (var inner in expansion.Shown) MarkParts(inner, region);
    }

    private void DecideTask(TaskInstance instance)
    {
        if (instance is not { State: TaskState.None, IsShown: true, Clearing: null }) return;
        var expansion = instance.Home.Expansion;
        if (expansion is not null && IsMine(expansion.Region) && !(instance.Home.IsStandIn ? expansion.IsCollapsed : expansion.IsExpanded)) return;
        if (instance.Task.RetryGroups.Any(group => GroupOf(instance, group).Phase is GroupPhase.Waiting)) return;
        switch (Verdict(instance.Task.Target, instance.Home))
        {
            case Dags.Verdict.Run when instance.Home.IsStandIn: Finish(instance, ForWantOfAnItem(instance, expansion!), expansion!.Reason); break;
            case Dags.Verdict.Run when _stopping is not null && !instance.Task.IsTeardown: Finish(instance, TaskState.Skipped, _stopping.Reason); break;
            case Dags.Verdict.Run: Schedule(instance); break;
            case Dags.Verdict.Skip: Finish(instance, TaskState.Skipped, null); break;
            case Dags.Verdict.UpstreamFailed: Finish(instance, TaskState.UpstreamFailed, null); break;
            default: break;
        }
    }

    /// <summary>What its rule, and the branches and short-circuits above it, say of a target.</summary>
    private static Verdict Verdict(PlanTarget target, RegionInstance at)
    {
        UpstreamStates states = new(true, false, false, false, false);
        var skip = false;
        foreach (var depth in target.Depths)
        {
            var (here, gatesOpen, skipHere) = at.At(depth).Tallies[target.TallyAt(depth)].Signature;
            if (!gatesOpen) return Dags.Verdict.Undecided;
            skip |= skipHere;
            states = new(states.Complete && here.Complete, states.Success || here.Success, states.Failed || here.Failed,
                states.UpstreamFailed || here.UpstreamFailed, states.Skipped || here.Skipped);
        }
        if (skip) return Dags.Verdict.Skip;
        return target.Task switch
        {
            null => TriggerRules.Decide(TriggerRule.AllSuccess, states),
            { IsTeardown: true } teardown => TriggerRules.DecideTeardown(states, !teardown.Spec.Teardown!.Of.IsEmpty),
            var task => TriggerRules.Decide(task.Spec.TriggerRule, states),
        };
    }

    /// <summary>What a task becomes that would run, but whose region has no items: the first of the region says why, the rest follow it.</summary>
    private static TaskState ForWantOfAnItem(TaskInstance instance, Expansion expansion) => expansion.State switch
    {
        ExpansionState.Skipped => TaskState.Skipped,
        ExpansionState.Failed when !instance.Task.Target.Depths.Contains(instance.Task.Region.Depth) => TaskState.Failed,
        _ => TaskState.UpstreamFailed,
    };

    /// <summary>Whether a region's instances are this state's own, not those around a part.</summary>
    private bool IsMine(PlanRegion region) => _scope.Part is not { } part || _plan.Regions[part.Region].Holds(region);

    /// <summary>Whether an expansion around a part leads to it.</summary>
    private bool IsOnTheWay(Expansion expansion) => expansion.Region.Holds(_plan.Regions[_scope.Part!.Region]);
}

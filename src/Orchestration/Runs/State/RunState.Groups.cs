namespace Updraft.Orchestration;

// Groups with retries: a member that has finally failed starts the whole group again.
internal sealed partial class RunState
{
    private static GroupInstance GroupOf(TaskInstance instance, PlanGroup group) => GroupAt(instance.Home.At(group.Region.Depth), group);

    private static GroupInstance GroupAt(RegionInstance at, PlanGroup group) => at.Groups[at.Region.Groups.IndexOf(group)];

    private GroupInstance GroupAt(string name) => AllGroups(_root).Single(group => group.Name == name);

    /// <summary>Whether a group's retries are this state's business: not when the group lies around a part.</summary>
    private bool IsHeldHere(PlanGroup group) => IsMine(group.Region);

    private IEnumerable<GroupInstance> AllGroups(RegionInstance at) =>
        at.Groups.Where(group => group.IsShown).Concat(at.Children.SelectMany(expansion => expansion.Shown).SelectMany(AllGroups));

    private static IEnumerable<GroupInstance> Around(GroupInstance group) => group.Group.Outer.Select(outer => GroupAt(group.Home.At(outer.Region.Depth), outer));

    private static IEnumerable<TaskInstance> MembersOf(GroupInstance group) =>
        group.Group.Members.SelectMany(task => Shown(group.Home, task.Region).Select(at => at.Members[task.Member]));

    /// <summary>Groups that start again at once, when what is being handled has been handled.</summary>
    private readonly Queue<GroupInstance> _toStartAgain = [];

    private void Show(GroupInstance group)
    {
        if (group.IsShown || !IsHeldHere(group.Group)) return;
        (group.IsShown, group.Phase, group.Attempt) = (true, GroupPhase.Running, 1);
        CountUnfinished(group, +1);
    }

    private void Hide(GroupInstance group)
    {
        if (!group.IsShown) return;
        if (!group.IsSettled) CountUnfinished(group, -1);
        group.IsShown = false;
    }

    private void CountUnfinished(GroupInstance group, int n)
    {
        _unfinished += n;
        foreach (var outer in Around(group)) outer.Unfinished += n;
    }

    /// <summary>The innermost group that has attempts left kills the rest of itself.</summary>
    private void MemberFailed(TaskInstance instance)
    {
        StartGroupAgain([.. instance.Task.RetryGroups.Where(IsHeldHere).Select(group => GroupOf(instance, group)).Reverse()], $"'{instance}'");
    }

    /// <param name="groups">The groups around what failed, innermost first.</param>
    /// <param name="what">What failed.</param>
    private void StartGroupAgain(GroupInstance[] groups, string what)
    {
        if (_stopping is not null || groups.Any(group => group.Phase is GroupPhase.Stopping or GroupPhase.Waiting)) return;
        if (groups.FirstOrDefault(group => group.HasAttemptsLeft) is not { } again) return;
        again.Phase = GroupPhase.Stopping;
        ChangedHead();
        StopMembers(again, new StopCause(StopKind.Fail, $"group '{again.Group.Spec.Id}' starts again, because {what} failed"));
    }

    private void StopMembers(GroupInstance group, StopCause cause)
    {
        foreach (var expansion in ExpansionsIn(group)) Abandon(expansion, cause.Reason);
        foreach (var member in MembersOf(group).ToArray())
            if (!member.Task.IsTeardown) StopOrSkip(member, cause);
        StopParts(ExpansionsIn(group), cause.Reason);
    }

    private static IEnumerable<Expansion> ExpansionsIn(GroupInstance group) => AllExpansions(group.Home).Where(expansion => expansion.Region.AllTasks.All(group.Group.Members.Contains));

    private void SettleGroups(TaskInstance instance)
    {
        foreach (var group in instance.Task.RetryGroups.Where(IsHeldHere).Reverse()) SettleIfDone(GroupOf(instance, group));
    }

    private void SettleIfDone(GroupInstance group)
    {
        if (group.Unfinished > 0 || !group.IsShown) return;
        if (group.Phase is GroupPhase.Stopping && _stopping is null) WaitForRetry(group);
        else if (group.Phase is GroupPhase.Running or GroupPhase.Stopping) Settle(group);
    }

    private void Settle(GroupInstance group)
    {
        group.Phase = GroupPhase.Settled;
        ChangedHead();
        CountUnfinished(group, -1);
        TellHeld(group, +1);
    }

    private void Unsettle(GroupInstance group)
    {
        if (!group.IsSettled) return;
        TellHeld(group, -1);
        (group.Phase, group.Attempt) = (GroupPhase.Running, 1);
        ChangedHead();
        CountUnfinished(group, +1);
    }

    private void TellHeld(GroupInstance group, int sign)
    {
        foreach (var member in MembersOf(group).Where(member => member.State.IsFinal()))
            foreach (var edge in member.Task.Out)
                if (edge.Hold == group.Group) Tell(member, edge, sign);
        foreach (var member in MembersOf(group).Where(member => member.State.IsFinal() && member.Task.RetryGroups.All(other => !IsHeldHere(other) || GroupOf(member, other).IsSettled)))
            Leave(member, sign);
        foreach (var part in ExpansionsIn(group).SelectMany(expansion => expansion.Parts)) TellHeld(part, group.Group, sign);
    }

    private void WaitForRetry(GroupInstance group)
    {
        (group.Phase, group.DueAt) = (GroupPhase.Waiting, _now + group.Group.Spec.RetryDelay);
        ChangedHead();
        if (group.Group.Spec.RetryDelay > TimeSpan.Zero) _effects.Timer($"g:{group.Name}", group.DueAt.Value);
        else _toStartAgain.Enqueue(group);
    }

    private void GroupRetryDue(GroupInstance group)
    {
        if (group.Phase is not GroupPhase.Waiting) return;
        (group.Phase, group.DueAt) = (GroupPhase.Running, null);
        group.Attempt++;
        ChangedHead();
        var members = MembersOf(group).ToArray();
        foreach (var inner in _plan.RetryGroups.Where(inner => inner.Outer.Contains(group.Group)).SelectMany(inner => Shown(group.Home, inner.Region).Select(at => GroupAt(at, inner))))
        {
            Unsettle(inner);
            inner.Attempt = 1;
        }
        foreach (var member in members) Reset(member);
        foreach (var expansion in ExpansionsIn(group).ToArray()) Reopen(expansion);
        DecideAll(group.Home);
    }

    private void AskAgain(GroupInstance group)
    {
        if (group.Phase is GroupPhase.Waiting) _effects.Timer($"g:{group.Name}", group.DueAt!.Value);
        else SettleIfDone(group);
    }
}

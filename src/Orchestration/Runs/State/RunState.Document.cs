using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

// The document: all that the state needs to go on. Tallies and counts are not stored; they follow from the instances.
internal sealed partial class RunState
{
    private readonly SortedSet<int> _changedPages = [];
    private bool _changedHead = true;

    /// <summary>Whether anything was changed since the last call of <see cref="TakePages"/>.</summary>
    public bool HasChanges => _changedHead || _changedPages.Count > 0;

    private void Changed(TaskInstance instance) => _changedPages.Add(instance.Number / InstancePage.Size);

    private void ChangedHead() => _changedHead = true;

    /// <summary>Pages that changed.</summary>
    public IReadOnlyList<ActorPage> TakePages()
    {
        _changedHead = false;
        var pages = _changedPages.Select(number => new ActorPage(number, JsonSerializer.SerializeToElement(PageAt(number), OrchestrationJson.Options))).ToArray();
        _changedPages.Clear();
        return pages;
    }

    private InstancePage PageAt(int number) => new() { Instances = [.. _instances.Skip(number * InstancePage.Size).Take(InstancePage.Size).Select(Store)] };

    /// <summary>Adds what the head says of this state.</summary>
    public RunBody Store(RunBody body) => body with
    {
        Paused = IsPaused,
        Priorities = _priorities.Changes > 0 ? _priorities : null,
        Stopping = _stopping?.Reason,
        Forced = _forced,
        Maps = [.. AllExpansions(_root).Where(expansion => IsMine(expansion.Region) && (expansion.State is not ExpansionState.Open || expansion.Count > 0)).Select(Store)],
        Groups = [.. AllGroups(_root).Where(group => group.Attempt > 1 || group.Phase is GroupPhase.Stopping or GroupPhase.Waiting)
            .Select(group => new GroupDocument(group.Name, group.Attempt, group.Phase.ToString(), group.DueAt))],
        Clears = _clears.Count == 0 ? null : [.. _clears.Select(clear => new ClearDocument(clear.Id, [.. clear.Reopen.Select(map => map.Name)]))],
        Outside = _outside,
        Seen = _seen,
        Outbox = Outbox.Store(),
        Counts = Counts,
    };

    private ImmutableSortedDictionary<string, int> Counts
    {
        get
        {
            var counts = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
            foreach (var instance in _instances) if (instance.IsShown) Add(instance.State, 1);
            foreach (var tally in AllParts.Where(part => part.IsShown).SelectMany(part => part.Expansion.Region.AllTasks.Select(task => part.Tallies.GetValueOrDefault(task.Index) ?? new PartTally(task.Index, part.To - part.From, 0, 0, 0, 0))))
            {
                Add(TaskState.None, tally.Unfinished);
                Add(TaskState.Success, tally.Success);
                Add(TaskState.Failed, tally.Failed);
                Add(TaskState.UpstreamFailed, tally.UpstreamFailed);
                Add(TaskState.Skipped, tally.Skipped);
            }
            return counts.ToImmutable();

            void Add(TaskState state, int n)
            {
                if (n > 0) counts[JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())] = counts.GetValueOrDefault(JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())) + n;
            }
        }
    }

    private static InstanceDocument Store(TaskInstance instance) => new()
    {
        Task = instance.Task.Id,
        Place = [.. instance.Home.Path.Select(at => at.Slot)],
        Keys = [.. instance.Keys],
        State = instance.State,
        Shown = instance.IsShown,
        Try = instance.Try,
        TriesInRound = instance.TriesInRound,
        Losses = instance.Losses,
        Output = instance.Output,
        Reason = instance.Reason,
        Code = instance.Code,
        ScheduledAt = instance.ScheduledAt,
        StartedAt = instance.StartedAt,
        EndedAt = instance.EndedAt,
        DueAt = instance.DueAt,
        TaskDeadline = instance.TaskDeadline,
        TaskTimeLeft = instance.TaskTimeLeft,
        Stop = instance.Stop?.Kind.ToString(),
        StopTarget = instance.Stop?.Target,
        StoppingSince = instance.State is TaskState.Stopping ? instance.DueAt - KillTimeout : null,
        Clearing = instance.Clearing?.Id,
        Follow = instance.Choice?.Follow is { } follow ? [.. follow] : null,
        Skip = instance.Choice is { Follow: null } choice ? choice.Skip : null,
        Pools = instance.Pools is PoolHold.None ? null : instance.Pools.ToString(),
        LimitKey = instance.LimitKey,
        FirstStartedAt = instance.FirstStartedAt,
        LateIn = instance.LateIn,
        Moments = instance.Moments.IsEmpty ? null : instance.Moments,
    };

    private static ExpansionDocument Store(Expansion expansion) => new()
    {
        Name = expansion.Name,
        Region = expansion.Region.Id,
        State = expansion.State.ToString(),
        Lists = expansion.Count,
        Length = expansion.Length,
        StandIn = expansion.ShowsStandIn,
        Reason = expansion.Reason,
        Parts = [.. expansion.Parts.Select(part => new PartDocument
        {
            From = part.From, To = part.To, Name = part.Name, Started = part.IsStarted, Ended = part.IsEnded, Shown = part.IsShown, Sequence = part.Sequence,
            Version = part.Version, MustHaveSeen = part.MustHaveSeen, Places = part.Places, Stop = part.StopReason,
            Dirty = part.IsDirty, Tasks = [.. part.Tallies.Values.OrderBy(tally => tally.Task)], Clears = [.. part.Clears], Failures = part.Failures,
        })],
    };
}

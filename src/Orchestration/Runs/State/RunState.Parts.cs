using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

// Parts: a long list is run by actors of their own, each with a RunState of its region; this is the run's side.
internal sealed partial class RunState
{
    private IEnumerable<PartProxy> AllParts => _scope.Part is null ? AllExpansions(_root).SelectMany(expansion => expansion.Parts) : [];

    private void SplitIntoParts(Expansion expansion)
    {
        foreach (var part in expansion.Parts) Show(part);
        for (var from = expansion.Parts.Count * _scope.PartSize; from < expansion.Length; from += _scope.PartSize)
        {
            var part = new PartProxy(expansion, expansion.Parts.Count, from, Math.Min(from + _scope.PartSize, expansion.Length));
            expansion.Parts.Add(part);
            CountUnfinished(part, +1);
            ExpectPart(part, +1);
        }
        foreach (var part in expansion.Parts)
        {
            part.To = Math.Min(part.From + _scope.PartSize, expansion.Length);
            part.IsDirty = true;
        }
        HideStandIn(expansion);
    }

    private void Show(PartProxy part)
    {
        if (part.IsShown) return;
        part.IsShown = true;
        part.Tallies.Clear();
        part.IsEnded = false;
        CountUnfinished(part, +1);
        ExpectPart(part, +1);
        ClearPart(part, EverythingIn(part.Expansion.Region));
    }

    private void RemoveParts(Expansion expansion)
    {
        foreach (var part in expansion.Parts.Where(part => part.IsShown))
        {
            Unend(part);
            CountUnfinished(part, -1);
            ExpectPart(part, -1);
            (part.IsShown, part.IsDirty) = (false, true);
            part.Clears.Clear();
        }
    }

    /// <summary>Starts what may start and tells parts what has changed outside; called once an event has been handled.</summary>
    private void SendToParts()
    {
        foreach (var part in AllParts)
        {
            if (!part.IsStarted && part.IsShown && !IsPaused && Lend(part)) StartPart(part);
            if (!part.IsThere) continue;
            if (part.IsDirty) Send(part, UpdateFor(part, ++part.Version));
            part.IsDirty = false;
        }
    }

    /// <summary>Lends a part its share of the map's limit; false while there is none to lend.</summary>
    private static bool Lend(PartProxy part)
    {
        if (part.Expansion.Region.Map!.MaxActive is not { } max) return true;
        var parts = part.Expansion.Parts;
        var free = max - parts.Sum(other => other.Places ?? 0);
        if (free <= 0) return false;
        part.Places = Math.Min(free, (max + parts.Count - 1) / parts.Count);
        return true;
    }

    private ActorId ActorOf(PartProxy part) => new(ActorKindNames.Part, $"{_scope.RunPath}parts/{DocumentPath.Of(part.Name)}");

    private void StartPart(PartProxy part)
    {
        part.IsStarted = true;
        part.IsDirty = false;
        part.Version++;
        ChangedHead();
        AskAgain(part);
    }

    private void AskAgain(PartProxy part)
    {
        var request = new PartRequest
        {
            RunId = _scope.RunId,
            RunPath = _scope.RunPath,
            Dag = _scope.Dag,
            DagHash = _scope.DagHash,
            Operators = _scope.Operators,
            Parent = _scope.Self,
            Name = part.Name,
            Region = part.Expansion.Region.Index,
            Place = PlaceOf(part.Expansion.Home),
            From = part.From,
            Lane = _scope.Lane,
            Root = _scope.Root,
            Previous = _scope.Previous,
            LogicalDate = _scope.LogicalDate,
            Outside = UpdateFor(part, part.Version) with { Clears = [] },
            MaxActive = part.Places,
        };
        var start = new StartActor { Id = ActorOf(part), Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options), Lane = _scope.Lane, Tags = _scope.Tags };
        _effects.Call($"c:{part.Name}", ActivityNames.StartActor, start, afterPublish: true);
    }

    private void Send(PartProxy part, PartUpdate update)
    {
        ChangedHead();
        _effects.Call($"o:{part.Name}/{part.Version}", ActivityNames.TellActor, new TellActor
        {
            Id = ActorOf(part),
            EntryId = $"{PartUpdate.Kind}-{update.Version}",
            Kind = PartUpdate.Kind,
            Body = JsonSerializer.SerializeToElement(update, OrchestrationJson.Options),
        });
    }

    private PartUpdate UpdateFor(PartProxy part, long version)
    {
        var region = part.Expansion.Region;
        var outside = region.AllTasks.SelectMany(task => task.Target.Depths.Where(depth => depth < region.Depth).Select(depth => (depth, at: task.Target.TallyAt(depth)))).Distinct();
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, OutputRef>(StringComparer.Ordinal);
        foreach (var read in region.AllTasks.SelectMany(task => task.Reads).Where(read => read.Form is Dags.OutputForm.Single))
            if (_plan.TasksById[read.TaskId] is var task && !region.Holds(task.Region) && task.Region.Holds(region) && OutputOf(task, part.Expansion.Home.At(task.Region.Depth)) is { } output)
                outputs[read.TaskId] = output;
        return new PartUpdate
        {
            Version = version,
            CausedAt = _cause,
            To = part.To,
            List = part.Expansion.Count,
            ListIsMade = part.Expansion.IsExpanded,
            Tallies = [.. outside.Select(place => Outside(part.Expansion.Home.At(place.depth).Tallies[place.at], place.depth, place.at))],
            Outputs = outputs.ToImmutable(),
            Paused = IsPaused,
            Priorities = _priorities.Changes > 0 ? _priorities : null,
            Opened = Opened > 0 ? Opened : null,
            Dropped = !part.IsShown,
            Stop = part.StopReason,
            Force = _forced,
            Clears = [.. part.Clears],
        };
    }

    private static OutsideTally Outside(Tally tally, int depth, int position) =>
        new(depth, position, tally.Unfinished, tally.Success, tally.Failed, tally.UpstreamFailed, tally.Skipped, tally.Gates, tally.Skips);

    private void PartReported(PartReport report)
    {
        if (AllParts.FirstOrDefault(part => part.Name == report.Part) is not { IsShown: true } part) return;
        if (report.Again is { IsEmpty: false } again) FollowOutOf(part, again);
        if (report.Sequence <= part.Sequence || report.Seen < part.MustHaveSeen) return;
        CausedBy(report.CausedAt);
        Ends++;
        part.Clears.RemoveAll(command => command.Version <= report.Cleared);
        part.Sequence = report.Sequence;
        part.Failures = report.Failures;
        ChangedHead();
        foreach (var tally in report.Tasks) Replace(part, _plan.Tasks[tally.Task], tally);
        if (report.Ended && !part.IsEnded)
        {
            part.IsEnded = true;
            part.Places = null;
            CountUnfinished(part, -1);
        }
        if (report.Tasks.Any(tally => tally.Failed > 0 && _plan.Tasks[tally.Task].Counts)) PartFailed(part);
        foreach (var group in GroupsAround(part).Reverse()) SettleIfDone(group);
        FinishClears();
    }

    /// <summary>Instances of a part that never ran were put back; so is what never ran after them.</summary>
    private void FollowOutOf(PartProxy part, ImmutableArray<int> again)
    {
        var clear = new ClearOperation("");
        foreach (var task in again) clear.Reach(part.Expansion, _plan.Tasks[task], all: false);
        DecideAnew(clear, [.. part.Clears.SelectMany(command => command.Mark?.Tasks ?? []).SelectMany(Select)]);
    }

    /// <summary>Puts a new count of a part's task in the place of the old one, wherever it was told.</summary>
    private void Replace(PartProxy part, PlanTask task, PartTally now)
    {
        var before = part.Of(task);
        part.Tallies[task.Index] = now;
        foreach (var edge in OutOf(part, task))
            if (edge.Hold is null || GroupAt(part.Expansion.Home.At(edge.Hold.Region.Depth), edge.Hold).IsSettled)
                Tell(part, edge, before, now);
    }

    private void Tell(PartProxy part, PlanEdge edge, PartTally before, PartTally now)
    {
        var at = part.Expansion.Home.At(edge.Depth);
        ref var tally = ref at.Tallies[edge.Tally];
        var signature = tally.Signature;
        tally.Unfinished += now.Unfinished - before.Unfinished;
        if (edge.Role is EdgeRole.Rule)
        {
            tally.Success += now.Success - before.Success;
            tally.Failed += now.Failed - before.Failed;
            tally.UpstreamFailed += now.UpstreamFailed - before.UpstreamFailed;
            tally.Skipped += now.Skipped - before.Skipped;
        }
        if (signature != tally.Signature) _toDecide.Enqueue((at, edge.To));
    }

    private void TellHeld(PartProxy part, PlanGroup group, int sign)
    {
        foreach (var task in part.Expansion.Region.AllTasks)
            foreach (var edge in OutOf(part, task).Where(edge => edge.Hold == group))
                if (sign > 0) Tell(part, edge, Held(task), part.Of(task));
                else Tell(part, edge, part.Of(task), Held(task));
    }

    private static PartTally Held(PlanTask task) => new(task.Index, 1, 0, 0, 0, 0);

    private static IEnumerable<PlanEdge> OutOf(PartProxy part, PlanTask task) => task.Out.Where(edge => edge.Depth < part.Expansion.Region.Depth && edge.Role is not EdgeRole.Gate);

    private void ExpectPart(PartProxy part, int n)
    {
        foreach (var task in part.Expansion.Region.AllTasks)
            foreach (var edge in OutOf(part, task))
                Tell(part, edge, new PartTally(task.Index, n > 0 ? 0 : 1, 0, 0, 0, 0), new PartTally(task.Index, n > 0 ? 1 : 0, 0, 0, 0, 0));
    }

    private static IEnumerable<GroupInstance> GroupsAround(PartProxy part) =>
        part.Expansion.Region.AllTasks.First().RetryGroups.Where(group => group.Region.Depth < part.Expansion.Region.Depth).Select(group => GroupAt(part.Expansion.Home.At(group.Region.Depth), group));

    private void CountUnfinished(PartProxy part, int n)
    {
        _unfinished += n;
        for (var at = part.Expansion.Home; at is not null; at = at.Parent) at.Unfinished += n;
        foreach (var group in GroupsAround(part)) group.Unfinished += n;
    }

    private void PartFailed(PartProxy part)
    {
        var groups = GroupsAround(part).Reverse().ToArray();
        StartGroupAgain(groups, $"a part of '{part.Expansion.Region.Id}'");
    }

    /// <summary>What a part was counted as having finished is unfinished again, until it reports anew.</summary>
    private void Unend(PartProxy part)
    {
        foreach (var group in GroupsAround(part)) Unsettle(group);
        foreach (var task in part.Expansion.Region.AllTasks)
            if (part.Tallies.ContainsKey(task.Index)) Replace(part, task, Held(task));
        part.Tallies.Clear();
        if (!part.IsEnded) return;
        part.IsEnded = false;
        CountUnfinished(part, +1);
    }

    /// <summary>Clears instances of a part.</summary>
    private void ClearPart(PartProxy part, ClearCommand clear) => Pass(part, version => new PartClear(version, clear));

    /// <summary>Passes a command on to a part. What is not started yet needs none.</summary>
    private void Pass(PartProxy part, Func<long, PartClear> command)
    {
        Unend(part);
        part.StopReason = null;
        if (!part.IsStarted) return;
        part.MustHaveSeen = part.Version + 1;
        part.Clears.Add(command(part.MustHaveSeen));
        part.IsDirty = true;
    }

    private void ReopenParts(Expansion expansion)
    {
        foreach (var part in expansion.Parts.Where(part => part.IsShown)) ClearPart(part, EverythingIn(expansion.Region));
    }

    private static ClearCommand EverythingIn(PlanRegion region) =>
        new() { Tasks = [.. region.AllTasks.Select(task => new InstanceSelector(task.Id, []))], Downstream = false };

    private void StopParts(IEnumerable<Expansion> expansions, string reason)
    {
        foreach (var part in expansions.SelectMany(expansion => expansion.Parts).Where(part => part.IsShown && !part.IsEnded).ToArray())
        {
            part.StopReason = reason;
            part.IsDirty = true;
            if (part.IsStarted) continue;
            var length = part.To - part.From;
            foreach (var task in part.Expansion.Region.AllTasks) Replace(part, task, new PartTally(task.Index, 0, 0, 0, 0, length));
            part.IsEnded = true;
            CountUnfinished(part, -1);
        }
    }
}

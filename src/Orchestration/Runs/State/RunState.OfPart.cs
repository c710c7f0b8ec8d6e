using System.Collections.Immutable;

namespace Updraft.Orchestration;

// A part's side: the same state for a region's slots, with what lies outside told by the run.
internal sealed partial class RunState
{
    /// <summary>How the instances of each task stand, as others outside see them.</summary>
    private readonly Tally[] _left;

    /// <summary>The list whose slots a part owns; null for a whole run.</summary>
    private readonly Expansion? _own;

    private ImmutableSortedDictionary<string, OutputRef> _outsideOutputs = ImmutableSortedDictionary.Create<string, OutputRef>(StringComparer.Ordinal);
    private PartUpdate? _outside;
    private long _seen;
    private long _commanded;
    private readonly SortedSet<int> _again = [];

    /// <summary>The highest version of an update that a part has taken.</summary>
    public long Seen => _seen;

    /// <summary>Tasks of which instances that never ran were put back since this was read last: what follows them outside is their run's to put back.</summary>
    public ImmutableArray<int> TakeAgain()
    {
        ImmutableArray<int> again = [.. _again];
        _again.Clear();
        return again;
    }

    private void CountAgain(IEnumerable<TaskInstance> putBack)
    {
        if (_own is not null) _again.UnionWith(putBack.Select(instance => instance.Task.Index));
    }

    /// <summary>Whether nothing came of the list that was made last, so that a part has nothing left to do or to tell.</summary>
    public bool IsDropped => _outside is { Dropped: true };

    /// <summary>The highest version of a command that a part has carried out, down to the last death; 0 for none that its run waits for.</summary>
    public long Cleared { get; private set; }

    /// <summary>What a part tells its run.</summary>
    public ImmutableArray<PartTally> Left =>
        [.. _plan.Regions[_scope.Part!.Region].AllTasks.Select(task => new PartTally(task.Index, _left[task.Index].Unfinished, _left[task.Index].Success, _left[task.Index].Failed, _left[task.Index].UpstreamFailed, _left[task.Index].Skipped))];

    /// <summary>The instances around the part's region, whose tallies the run tells.</summary>
    private Expansion BuildAround(PartRequest part)
    {
        var at = _root;
        foreach (var place in part.Place)
        {
            var region = _plan.Regions.First(region => region.Id == place.Region && region.Parent == at.Region);
            var around = at.Children[region.Child];
            (around.State, around.ShowsStandIn) = (ExpansionState.Expanded, false);
            around.Slots.Add(new RegionInstance(region, around, place.Slot, place.Key));
            around.Count = 1;
            at = around.Slots[0];
        }
        var own = at.Children[_plan.Regions[part.Region].Child];
        own.ShowsStandIn = false;
        return own;
    }

    private void ApplyOutside(PartUpdate update)
    {
        if (_outside is { } known && update.Version <= known.Version) return;
        CausedBy(update.CausedAt);
        var clears = update.Clears.Where(clear => clear.Version > _seen).ToArray();
        (_outside, _seen) = (update with { Clears = [] }, update.Version);
        if (clears.Length > 0) _commanded = clears.Max(clear => clear.Version);
        TakeTallies(update);
        if (update.Stop is null && !update.Dropped) EndStopping();
        for (var i = 0; i < clears.Length; i++)
        {
            if (clears[i].Clear is { } clear) Clear($"{clears[i].Version}/{i}", clear);
            else Mark(clears[i].Mark, clears[i].Anew ?? (clears[i].Mark is null ? [InstanceSelector.All] : []));
        }
        if (!update.ListIsMade) _own!.State = ExpansionState.Open;
        ChangedHead();
        AskForKeys();
        if (update.Dropped) StopEverything("its list has no items any more", force: true);
        else if (update.Stop is { } reason) StopEverything(reason, update.Force);
        SetPaused(update.Paused); // Only now, so that what is to be skipped is not let go on first.
        if (update.Priorities is { } priorities) SetPriorities(priorities);
        DecideAll(_root);
    }

    private void TakeTallies(PartUpdate update)
    {
        Opened = update.Opened ?? 0;
        _outsideOutputs = update.Outputs;
        _own!.Count = update.List;
        foreach (var tally in update.Tallies)
            _own.Home.At(tally.Depth).Tallies[tally.Position] = new Tally
            {
                Unfinished = tally.Unfinished, Success = tally.Success, Failed = tally.Failed, UpstreamFailed = tally.UpstreamFailed,
                Skipped = tally.Skipped, Gates = tally.Gates, Skips = tally.Skips,
            };
    }

    /// <summary>Reads the keys of the part's slots, when the list is there and they were not read of it.</summary>
    private void AskForKeys()
    {
        if (_outside is not { ListIsMade: true } outside || _own!.IsExpanded) return;
        _own.State = ExpansionState.Expanding;
        _effects.Call($"m:{outside.Version}/{++_asked}", ActivityNames.ReadMapKeys, new ReadMapKeys(ItemsPath(_own, outside.List), _scope.Part!.From, outside.To));
    }

    private void KeysRead(MapExpanded list)
    {
        if (_own is not { State: ExpansionState.Expanding }) return;
        _own.State = ExpansionState.Expanded;
        _own.Length = _outside!.To;
        ChangedHead();
        Fill(_own, _scope.Part!.From, _outside.To, list.Keys ?? [], list.Removed);
        if (_stopping is { } stopping)
            foreach (var instance in _instances.ToArray())
                if (!instance.Task.IsTeardown || _forced) StopOrSkip(instance, stopping);
    }
}

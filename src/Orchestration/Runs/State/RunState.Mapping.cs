using Updraft.Dags;

namespace Updraft.Orchestration;

// Maps: when a list is made, and what becomes of its items.
internal sealed partial class RunState
{
    private static IEnumerable<Expansion> AllExpansions(RegionInstance at) =>
        at.Children.SelectMany(expansion => expansion.Shown.SelectMany(AllExpansions).Prepend(expansion));

    private Expansion ExpansionAt(string name)
    {
        var numbers = name.Split('/').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var region = _plan.Regions[numbers[0]];
        var at = _root;
        foreach (var slot in numbers.Skip(1))
        {
            var child = region;
            while (child.Parent != at.Region) child = child.Parent!;
            var expansion = at.Children[child.Child];
            at = slot == RegionInstance.StandInSlot ? expansion.StandIn : expansion.SlotAt(slot)!;
        }
        return at.Children[region.Child];
    }

    /// <summary>Decides whether a list is made: by the rule of the mapped task, or once what makes a mapped group's list has succeeded.</summary>
    private void DecideList(Expansion expansion)
    {
        if (expansion.State is not ExpansionState.Open || !IsMine(expansion.Region) || expansion == _own) return;
        if (expansion.Home.Expansion is { } outer && IsMine(outer.Region) && !(expansion.Home.IsStandIn ? outer.IsCollapsed : outer.IsExpanded)) return;
        if (_clears.Any(clear => clear.Reopen.Contains(expansion)) || expansion.StandIn.Members.Any(member => member?.Clearing is not null)) return;
        var region = expansion.Region;
        var sources = Verdict(region.Expander, expansion.Home);
        switch (region.Head is { } head ? Verdict(head.Target, expansion.Home) : sources)
        {
            case Dags.Verdict.Run when _stopping is not null: Collapse(expansion, ExpansionState.Skipped, _stopping.Reason); break;
            case Dags.Verdict.Run when expansion.Home.IsStandIn: Collapse(expansion, expansion.Home.Expansion!.State, expansion.Home.Expansion.Reason); break;
            case Dags.Verdict.Run when sources is not Dags.Verdict.Undecided: MakeList(expansion); break;
            case Dags.Verdict.Skip: Collapse(expansion, ExpansionState.Skipped, null); break;
            case Dags.Verdict.UpstreamFailed: Collapse(expansion, ExpansionState.UpstreamFailed, null); break;
            default: break;
        }
    }

    private static readonly TimeSpan ListAgainAfter = TimeSpan.FromSeconds(5);

    private void MakeList(Expansion expansion)
    {
        expansion.State = ExpansionState.Expanding;
        expansion.Count++;
        expansion.ReadyAt = _cause;
        ChangedHead();
        AskAgain(expansion);
    }

    private void AskAgain(Expansion expansion)
    {
        if (expansion.State is ExpansionState.Expanding)
            _effects.Call($"x:{expansion.Count}:{expansion.Name}", ActivityNames.ExpandMap, ListRequest(expansion), afterPublish: ReadsDocument(expansion.Region));
    }

    private ExpandMapRequest ListRequest(Expansion expansion) => new()
    {
        RunId = _scope.RunId,
        DagHash = _scope.DagHash,
        Region = expansion.Region.Id,
        Place = PlaceOf(expansion.Home),
        Inputs = InputsFor(expansion.Region.ListReads, expansion.Home),
        Items = ItemsPath(expansion, expansion.Count),
        PreviousItems = expansion.Count > 1 ? ItemsPath(expansion, expansion.Count - 1) : null,
    };

    private string ItemsPath(Expansion expansion, int count) => $"{_scope.RunPath}items/{DocumentPath.Of(expansion.Name.Replace('/', '-'), count.ToString(System.Globalization.CultureInfo.InvariantCulture))}";

    /// <summary>Nobody foresaw it, as when the storage was away: it is tried again before the map fails.</summary>
    private void ListThrew(string call, Threw threw)
    {
        if (ExpandingAt(call) is not { } expansion) return;
        if (++expansion.Losses < MaxLosses) _effects.Timer($"x:{call}", _now + ListAgainAfter);
        else ListMade(call, new MapExpanded { Failure = Shorten($"{threw.ErrorType}: {threw.ErrorMessage}") });
    }

    /// <summary>The map whose present list a call is about; null when that list is not wanted any more.</summary>
    private Expansion? ExpandingAt(string call)
    {
        var split = call.IndexOf(':');
        var expansion = ExpansionAt(call[(split + 1)..]);
        return expansion.State is ExpansionState.Expanding && int.Parse(call.AsSpan(0, split), System.Globalization.CultureInfo.InvariantCulture) == expansion.Count ? expansion : null;
    }

    private void ListMade(string call, MapExpanded list)
    {
        if (ExpandingAt(call) is not { } expansion) return;
        CausedBy(expansion.ReadyAt);
        expansion.Losses = 0;
        if (list.Failure is { } failure)
        {
            ListFailed(expansion, failure);
            return;
        }
        if (list.Count == list.RemovedCount)
        {
            Collapse(expansion, ExpansionState.Skipped, "its list is empty");
            return;
        }
        expansion.State = ExpansionState.Expanded;
        expansion.Reason = null;
        expansion.Length = list.Count;
        ChangedHead();
        if (_scope.Part is null && (expansion.Parts.Count > 0 || (expansion.Slots.Count == 0 && list.Count > _scope.PartSize && IsSplit(expansion.Region)))) SplitIntoParts(expansion);
        else Fill(expansion, 0, list.Count, list.Keys ?? [], list.Removed);
    }

    /// <summary>
    /// A list that was short at first stays in one piece. Parts keep what they are lent of a map's limit until they end; where one may have to wait for another, that would be for ever. A limit
    /// of the whole run is kept here, by one.
    /// </summary>
    private bool IsSplit(PlanRegion region) => _activeTasks is null && (region.IsClosed || region.Map!.MaxActive is null);

    /// <summary>Shows an instance for each item of a list that is there, from slot <paramref name="from"/> on.</summary>
    private void Fill(Expansion expansion, int from, int count, IReadOnlyList<string> keys, IReadOnlyList<int> removed)
    {
        var depth = expansion.Region.Depth;
        for (var slot = from; slot < count; slot++)
        {
            var at = expansion.SlotAt(slot);
            if (at is null) expansion.Slots.Add(at = new RegionInstance(expansion.Region, expansion, slot, keys.ElementAtOrDefault(slot - from) ?? slot.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            if (removed.Contains(slot)) Hide(at, depth, removed: true);
            else Show(at, depth);
        }
        HideStandIn(expansion);
        foreach (var at in expansion.Shown) DecideAll(at);
    }

    private void HideStandIn(Expansion expansion)
    {
        if (!expansion.ShowsStandIn) return;
        expansion.ShowsStandIn = false;
        Hide(expansion.StandIn, expansion.Region.Depth, removed: false);
    }

    private void ListFailed(Expansion expansion, string reason) => Collapse(expansion, ExpansionState.Failed, Shorten(reason));

    /// <summary>No instances: the stand-in's tasks take their final states, by their own rules.</summary>
    private void Collapse(Expansion expansion, ExpansionState state, string? reason)
    {
        (expansion.State, expansion.Reason) = (state, reason);
        ChangedHead();
        if (!expansion.ShowsStandIn)
        {
            foreach (var slot in expansion.Shown.ToArray()) Hide(slot, expansion.Region.Depth, removed: true);
            RemoveParts(expansion);
            expansion.ShowsStandIn = true;
            Show(expansion.StandIn, expansion.Region.Depth);
        }
        if (expansion.Region.Head is { } head)
        {
            var standIn = expansion.StandIn.Members[head.Member];
            if (standIn.State is TaskState.None)
                Finish(standIn, state switch { ExpansionState.Skipped => TaskState.Skipped, ExpansionState.Failed => TaskState.Failed, _ => TaskState.UpstreamFailed }, reason,
                    state is ExpansionState.Failed ? RunErrors.ListFailed : null);
        }
        DecideAll(expansion.StandIn);
    }

    /// <summary>A list that is not made yet will not be: its region is being stopped.</summary>
    private void Abandon(Expansion expansion, string reason)
    {
        if (expansion.State is ExpansionState.Open or ExpansionState.Expanding) Collapse(expansion, ExpansionState.Skipped, reason);
    }

    /// <summary>The list will be made anew. Instances stay where they are, so that an item that is still in it keeps its own.</summary>
    private void Reopen(Expansion expansion)
    {
        (expansion.State, expansion.Reason) = (ExpansionState.Open, null);
        ChangedHead();
        ReopenParts(expansion);
    }

    private static bool ReadsDocument(PlanRegion region) => region.ListReads.Any(read => read.Form is not OutputForm.Single);
}

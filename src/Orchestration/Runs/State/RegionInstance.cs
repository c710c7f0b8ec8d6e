namespace Updraft.Orchestration;

/// <summary>One instance of a region: the place where its tasks' states meet.</summary>
internal sealed class RegionInstance
{
    /// <summary>The slot of a stand-in.</summary>
    public const int StandInSlot = -1;

    public RegionInstance(PlanRegion region, Expansion? expansion, int slot, string key)
    {
        (Region, Expansion, Slot, Key) = (region, expansion, slot, key);
        Tallies = [.. region.Tallies];
        Members = new TaskInstance[region.Members.Count];
        Children = [.. region.Children.Select(child => new Expansion(child, this))];
        Groups = [.. region.Groups.Select(group => new GroupInstance(group, this))];
    }

    public PlanRegion Region { get; }

    /// <summary>The list that it is one item of; null for the whole DAG.</summary>
    public Expansion? Expansion { get; }

    public RegionInstance? Parent => Expansion?.Home;

    /// <summary>Position in the stored list, or <see cref="StandInSlot"/>.</summary>
    public int Slot { get; }

    public string Key { get; set; }

    /// <summary>Stands for all instances while the region has none: before its list is made, and when nothing comes of it.</summary>
    public bool IsStandIn => Slot == StandInSlot;

    /// <summary>Whether a rerun's list no longer has this item.</summary>
    public bool IsRemoved { get; set; }

    public Tally[] Tallies { get; }

    public TaskInstance[] Members { get; }

    public Expansion[] Children { get; }

    public GroupInstance[] Groups { get; }

    /// <summary>Shown instances inside, nested ones included, that are not final.</summary>
    public int Unfinished { get; set; }

    /// <summary>Instances inside, nested ones included, that count in the limits within the run.</summary>
    public int AtWork { get; set; }

    /// <summary>The enclosing mapped instances, outermost first, itself included; empty for the whole DAG.</summary>
    public IReadOnlyList<RegionInstance> Path => Expansion is null ? [] : [.. Expansion.Home.Path, this];

    /// <summary>The enclosing instance at a depth, itself included.</summary>
    public RegionInstance At(int depth)
    {
        var at = this;
        while (at.Region.Depth > depth) at = at.Parent!;
        return at;
    }
}

/// <summary>The instances of a region within one instance of its parent.</summary>
internal sealed class Expansion
{
    public Expansion(PlanRegion region, RegionInstance home)
    {
        (Region, Home) = (region, home);
        StandIn = new RegionInstance(region, this, RegionInstance.StandInSlot, "");
    }

    public PlanRegion Region { get; }

    public RegionInstance Home { get; }

    public RegionInstance StandIn { get; }

    public ExpansionState State { get; set; }

    /// <summary>Why nothing came of the list; null otherwise.</summary>
    public string? Reason { get; set; }

    /// <summary>Slots of the list, removed ones included.</summary>
    public int Length { get; set; }

    /// <summary>Lists made so far; each is stored under its own number.</summary>
    public int Count { get; set; }

    /// <summary>When the work ended that made the list ready to be made; null where this execution did not see that. Not stored.</summary>
    public DateTime? ReadyAt { get; set; }

    /// <summary>How often in a row the list could not be made for no reason of its own.</summary>
    public int Losses { get; set; }

    /// <summary>Instances by slot; empty while there is none, and when parts own them.</summary>
    public List<RegionInstance> Slots { get; } = [];

    /// <summary>Parts that own the instances of a long list; empty for a short one.</summary>
    public List<PartProxy> Parts { get; } = [];

    /// <summary>Parts that count: none of them does once the map has collapsed.</summary>
    public IEnumerable<PartProxy> ShownParts => Parts.Where(part => part.IsShown);

    public bool IsInParts => Parts.Any(part => part.IsShown);

    public bool IsExpanded => State is ExpansionState.Expanded;

    /// <summary>Whether it was decided that there are no instances; the stand-in's tasks then take their final states.</summary>
    public bool IsCollapsed => State is ExpansionState.Skipped or ExpansionState.UpstreamFailed or ExpansionState.Failed;

    /// <summary>Whether the stand-in is there: until the list is made, and when nothing comes of it.</summary>
    public bool ShowsStandIn { get; set; } = true;

    /// <summary>What is there: the stand-in, or the instances that were not removed.</summary>
    public IEnumerable<RegionInstance> Shown => ShowsStandIn ? [StandIn] : Slots.Where(slot => !slot.IsRemoved);

    /// <summary>The instance at a slot; null when there is none here.</summary>
    public RegionInstance? SlotAt(int slot) => Slots is [var first, ..] && slot >= first.Slot ? Slots.ElementAtOrDefault(slot - first.Slot) : null;

    /// <summary>Names it among the run's expansions.</summary>
    public string Name => $"{Region.Index}{string.Concat(Home.Path.Select(at => $"/{at.Slot}"))}";

    /// <summary>The map's <c>max_active</c>; null before it was needed, and without one.</summary>
    public Limiter? Places { get; set; }
}

/// <summary>What has become of a map's list.</summary>
internal enum ExpansionState
{
    /// <summary>Not decided whether it is made.</summary>
    Open,

    /// <summary>Being made.</summary>
    Expanding,

    /// <summary>There are instances.</summary>
    Expanded,

    /// <summary>No instances: an empty list, or skipped before it was made.</summary>
    Skipped,

    /// <summary>No instances: an upstream failed.</summary>
    UpstreamFailed,

    /// <summary>No instances: the list could not be made.</summary>
    Failed,
}

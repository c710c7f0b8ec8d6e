using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// What is mapped as one: the whole DAG (one instance), a mapped group, or a chain of tasks mapped over each other. Regions nest; an
/// instance of a task is told by the slots of its regions, outermost first.
/// </summary>
internal sealed class PlanRegion(int index, string id, PlanRegion? parent, MapSpec? map)
{
    /// <summary>Position among the plan's regions; 0 is the whole DAG.</summary>
    public int Index { get; } = index;

    /// <summary>Full id of the mapped group or of the first mapped task of the chain; empty for the whole DAG.</summary>
    public string Id { get; } = id;

    public PlanRegion? Parent { get; } = parent;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Where the list comes from; null for the whole DAG.</summary>
    public MapSpec? Map { get; } = map;

    /// <summary>Position among the parent's children.</summary>
    public int Child { get; } = Add(parent);

    /// <summary>Upstream outputs that the list reads.</summary>
    public ImmutableArray<OutputReference> ListReads { get; init; } = [];

    /// <summary>The mapped task whose rule decides whether the list is made; null for a group.</summary>
    public PlanTask? Head { get; set; }

    /// <summary>Tasks whose innermost region this is.</summary>
    public List<PlanTask> Members { get; } = [];

    public List<PlanRegion> Children { get; } = [];

    /// <summary>Where the states of the tasks that make the list are tallied: it is not made before they are final.</summary>
    public PlanTarget Expander { get; set; } = null!;

    /// <summary>Whether no way leads out of the region and back into it, so that its parts can end one by one.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The tallies that an instance of this region holds, as they stand at its start.</summary>
    public List<Tally> Tallies { get; } = [];

    /// <summary>Groups with retries of which an instance of this region holds one instance each.</summary>
    public List<PlanGroup> Groups { get; } = [];

    /// <summary>All tasks inside, nested regions included.</summary>
    public IEnumerable<PlanTask> AllTasks => Members.Concat(Children.SelectMany(child => child.AllTasks));

    /// <summary>Whether <paramref name="other"/> is this region or lies inside it.</summary>
    public bool Holds(PlanRegion other)
    {
        while (other.Depth > Depth) other = other.Parent!;
        return other == this;
    }

    /// <summary>The innermost region that holds both.</summary>
    public static PlanRegion Common(PlanRegion a, PlanRegion b)
    {
        while (!a.Holds(b)) a = a.Parent!;
        return a;
    }

    private static int Add(PlanRegion? parent) => parent?.Children.Count ?? 0;
}

/// <summary>Somebody who waits for upstreams: a task, or the making of a mapped group's list.</summary>
internal sealed class PlanTarget(PlanRegion region, PlanTask? task, PlanRegion? expands)
{
    private readonly int[] _tallies = [.. Enumerable.Repeat(-1, region.Depth + 1)];

    /// <summary>The region of whose instances there is one such target each.</summary>
    public PlanRegion Region { get; } = region;

    /// <summary>The task; null when the target is the making of a list.</summary>
    public PlanTask? Task { get; } = task;

    /// <summary>The region whose list is made; null for a task.</summary>
    public PlanRegion? Expands { get; } = expands;

    /// <summary>Depths at which upstreams are tallied, outermost first.</summary>
    public List<int> Depths { get; } = [];

    /// <summary>Position of the tally in the region instance at a depth.</summary>
    public int TallyAt(int depth) => _tallies[depth];

    /// <summary>Adds one upstream that meets this target in <paramref name="common"/>.</summary>
    public void Expect(PlanRegion common, EdgeRole role)
    {
        ref var tally = ref _tallies[common.Depth];
        if (tally < 0)
        {
            tally = common.Tallies.Count;
            common.Tallies.Add(default);
            Depths.Add(common.Depth);
        }
        var start = common.Tallies[tally];
        if (role is EdgeRole.Gate) start.Gates++;
        else start.Unfinished++;
        common.Tallies[tally] = start;
    }
}

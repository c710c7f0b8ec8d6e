using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A task as the run machine sees it: numbers instead of names, and its edges worked out.</summary>
internal sealed class PlanTask(int index, TaskSpec spec, PlanRegion region)
{
    /// <summary>Position among the plan's tasks.</summary>
    public int Index { get; } = index;

    public TaskSpec Spec { get; } = spec;

    public string Id => Spec.Id;

    /// <summary>The innermost mapped region that the task belongs to.</summary>
    public PlanRegion Region { get; } = region;

    /// <summary>Position among its region's members.</summary>
    public int Member { get; set; }

    /// <summary>Whether this is the mapped task whose list makes the instances of its region.</summary>
    public bool IsHead => Region.Head == this;

    /// <summary>Edges to whom its final state matters.</summary>
    public PlanEdge[] Out { get; set; } = [];

    /// <summary>Where the states of its upstreams are tallied.</summary>
    public PlanTarget Target { get; set; } = null!;

    /// <summary>Whether its state decides the run's outcome under <see cref="OutcomePolicy.Leaves"/>.</summary>
    public bool IsLeaf { get; set; }

    /// <summary>Groups with retries around it, outermost first.</summary>
    public PlanGroup[] RetryGroups { get; set; } = [];

    /// <summary>Upstream outputs that its templates read.</summary>
    public ImmutableArray<OutputReference> Reads { get; set; } = [];

    /// <summary>Teardowns that clean up after it, with their setups: cleared with it.</summary>
    public PlanTask[] SetupsAndTeardowns { get; set; } = [];

    public OperatorKind Kind { get; init; }

    public ActivityWeight Weight { get; init; }

    public bool IsTeardown => Spec.Teardown is not null;

    /// <summary>Whether its failure may fail the run or start its group again.</summary>
    public bool Counts => Spec.Teardown is not { Counts: false };

    public override string ToString() => Id;
}

/// <summary>Who must be told of a final state.</summary>
/// <param name="From">The task whose state it is.</param>
/// <param name="To">Who is told.</param>
/// <param name="Depth">Depth of the innermost region that holds both: inside it, one instance tells one tally.</param>
/// <param name="Role">What the state means there.</param>
/// <param name="Hold">The outermost group with retries that holds <paramref name="From"/> but not <paramref name="To"/>; it tells only when settled.</param>
internal sealed record PlanEdge(PlanTask From, PlanTarget To, int Depth, EdgeRole Role, PlanGroup? Hold)
{
    /// <summary>Position of the tally in the region instance at <see cref="Depth"/>.</summary>
    public int Tally { get; } = To.TallyAt(Depth);
}

/// <summary>What an upstream's final state means to a downstream.</summary>
internal enum EdgeRole
{
    /// <summary>A direct upstream: its state goes into the trigger rule.</summary>
    Rule,

    /// <summary>A branch or short-circuit that may skip the downstream: must be final first.</summary>
    Gate,

    /// <summary>Must be final first, whatever its state: the work of a teardown.</summary>
    Wait,
}

/// <summary>A group that starts again when a member has failed.</summary>
internal sealed class PlanGroup(int index, GroupSpec spec, PlanRegion region)
{
    public int Index { get; } = index;

    public GroupSpec Spec { get; } = spec;

    /// <summary>Its own region if it is mapped, else the one it stands in: one instance of the group per instance of this.</summary>
    public PlanRegion Region { get; } = region;

    /// <summary>Groups with retries around it, outermost first.</summary>
    public PlanGroup[] Outer { get; set; } = [];

    /// <summary>All tasks inside, nested ones included.</summary>
    public PlanTask[] Members { get; set; } = [];
}

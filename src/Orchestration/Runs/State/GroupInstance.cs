namespace Updraft.Orchestration;

/// <summary>
/// One instance of a group with retries. Outside it, its members are unfinished until it is settled: all of them final, and no further
/// attempt to come.
/// </summary>
internal sealed class GroupInstance(PlanGroup group, RegionInstance home)
{
    public PlanGroup Group { get; } = group;

    public RegionInstance Home { get; } = home;

    /// <summary>The attempt under way, from 1.</summary>
    public int Attempt { get; set; } = 1;

    public GroupPhase Phase { get; set; }

    /// <summary>When the next attempt starts; set while waiting.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>Members, and groups with retries inside, that are not final.</summary>
    public int Unfinished { get; set; }

    /// <summary>Whether it counts among the run's unfinished.</summary>
    public bool IsShown { get; set; }

    public bool IsSettled => Phase is GroupPhase.Settled;

    public bool HasAttemptsLeft => Attempt <= Group.Spec.Retries;

    /// <summary>Names it among the run's groups.</summary>
    public string Name => $"{Group.Index}{string.Concat(Home.Path.Select(at => $"/{at.Slot}"))}";
}

/// <summary>What a group with retries is doing.</summary>
internal enum GroupPhase
{
    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>A member has failed; the rest is being killed, and teardowns run.</summary>
    Stopping,

    /// <summary>Waits before the next attempt.</summary>
    Waiting,

    /// <summary>Final.</summary>
    Settled,
}

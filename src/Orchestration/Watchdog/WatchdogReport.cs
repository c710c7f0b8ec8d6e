using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>What the watchdog found and did in its last pass; health is shown from it.</summary>
public sealed record WatchdogReport
{
    /// <summary>Where it lies.</summary>
    public const string Path = "watchdog/last/";

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>When the pass began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Actors that were told something and had not taken it: they were hinted again.</summary>
    public int Hinted { get; init; }

    /// <summary>Open actors without an orchestration: they were started.</summary>
    public int Started { get; init; }

    /// <summary>Actors whose orchestration had failed: their next generation was started.</summary>
    public int StartedAgain { get; init; }

    /// <summary>Actors that were set aside after they had been started again in vain.</summary>
    public int SetAside { get; init; }

    /// <summary>Orchestrations without an open actor: they were removed.</summary>
    public int Removed { get; init; }

    /// <summary>Slots of pools that nobody used any more: they were given back.</summary>
    public int Released { get; init; }

    /// <summary>The heartbeats.</summary>
    public ImmutableArray<LaneHealth> Lanes { get; init; } = [];

    /// <summary>What kept the pass from doing a part of its work, at most 20 lines.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}

/// <summary>How a lane stands.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Beat">Its last heartbeat; null before the first.</param>
/// <param name="Alert">The alert that was raised as it has stopped; null while it beats.</param>
public sealed record LaneHealth(string Lane, Heartbeat? Beat, string? Alert);

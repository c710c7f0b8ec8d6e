using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.Embedded;

/// <summary>How a host is opened.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>Folder that holds everything; made when absent, for its owner alone.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go. Default: nowhere.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Only instances with one of these tags take turns, and the others stay as they are. Default empty: all.</summary>
    public ImmutableArray<InstanceTag> Drives { get; init; } = [];

    /// <summary>Activities at work inside this process, per lane. Default 8 per core.</summary>
    public int InProcessSlots { get; init; } = 8 * Environment.ProcessorCount;

    /// <summary>Activities at work that start processes, per lane. Default 2 per core.</summary>
    public int ProcessSlots { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>The slots of lanes that are given others than the rest, by name. Empty by default.</summary>
    public ImmutableDictionary<string, LaneSlots> Lanes { get; init; } = ImmutableDictionary<string, LaneSlots>.Empty;

    /// <summary>How long a waiting instance stays in memory. Default 1 s.</summary>
    public TimeSpan IdleInMemory { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many waiting instances stay in memory at most. Default 5,000.</summary>
    public int MaxIdleInMemory { get; init; } = 5_000;

    /// <summary>How long stopping waits for activities that were told to stop. Default 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes the engine as weak as the contract allows, decided by this seed. For tests. Default null: no.</summary>
    public int? WeakSeed { get; init; }

    /// <summary>Injects faults. For tests. Default null: none.</summary>
    public IFaults? Faults { get; init; }

    /// <summary>Does not wait for the disk, so that a power cut loses what was acknowledged. For tests. Default false.</summary>
    public bool RelaxedDurability { get; init; }
}

/// <summary>A name given to instances at their start.</summary>
/// <param name="Name">The tag's name, as in <c>run</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record InstanceTag(string Name, string Value);

/// <summary>How many activities of a lane may be at work at once.</summary>
/// <param name="InProcess">Inside this process, 1 or more.</param>
/// <param name="Process">That start processes, 1 or more.</param>
public sealed record LaneSlots(int InProcess, int Process);

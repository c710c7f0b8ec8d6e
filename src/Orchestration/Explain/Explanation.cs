using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Why a task instance is not at work now, or that it is.</summary>
public sealed record Explanation
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The run's state.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The task instance, as in <c>fit[SEA]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    public required TaskState State { get; init; }

    /// <summary>What it waits for, or how it ended: a line each, the most decisive first.</summary>
    public required ImmutableArray<string> Reasons { get; init; }

    /// <summary>Direct upstreams that have not ended. Empty when it waits for none.</summary>
    public ImmutableArray<UpstreamWait> Upstreams { get; init; } = [];

    /// <summary>Limits at whose queue it stands. Empty for none.</summary>
    public ImmutableArray<LimitWait> Limits { get; init; } = [];

    /// <summary>When it goes on by itself; null when that is no matter of time.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>An upstream that has not ended.</summary>
/// <param name="Name">The instance, as in <c>fit[SEA]</c>.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it is in that state; null for nothing to say.</param>
public sealed record UpstreamWait(string Name, TaskState State, string? Reason);

/// <summary>A limit that is used up.</summary>
/// <param name="Ledger">The limit: <c>pool:NAME</c>, <c>dag:NAME</c>, or <c>key:DAG/TASK/KEY</c>.</param>
/// <param name="Slots">How many slots it has.</param>
/// <param name="Taken">How many are taken.</param>
/// <param name="Ahead">How many come first.</param>
/// <param name="Holders">Who holds slots, at most 20.</param>
public sealed record LimitWait(string Ledger, int Slots, int Taken, int Ahead, ImmutableArray<LeaseHolder> Holders);

using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What is shown of a run, at one moment.</summary>
internal sealed record RunPicture
{
    public required string RunId { get; init; }

    public required string Dag { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Why the run is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many task instances are in which state.</summary>
    public ImmutableSortedDictionary<TaskState, int> Counts { get; init; } = ImmutableSortedDictionary<TaskState, int>.Empty;

    /// <summary>The task instances, in the order of the DAG and of their slots.</summary>
    public ImmutableArray<InstancePicture> Instances { get; init; } = [];

    public bool IsFinal => Status is RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled;

    public TimeSpan ElapsedAt(DateTimeOffset now) => (EndedAt ?? now) - (StartedAt ?? CreatedAt);
}

/// <summary>A task instance, at one moment.</summary>
internal sealed record InstancePicture(string TaskId, TaskState State)
{
    /// <summary>Map keys, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    public int Try { get; init; } = 1;

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    public string? Code { get; init; }

    /// <summary>As it is named everywhere: <c>fit[SEA]</c>.</summary>
    public string Name => TaskId + string.Concat(Keys.Select(key => $"[{Printable.Of(key)}]"));

    public TimeSpan? Duration => EndedAt - StartedAt;
}

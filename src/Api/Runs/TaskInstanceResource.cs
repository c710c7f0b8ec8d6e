using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A task instance of a run.</summary>
public sealed record TaskInstanceResource
{
    /// <summary>Full id of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Map keys, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Slots of its maps, outermost first, which name its logs; −1 stands for a list that is not there.</summary>
    public ImmutableArray<int> Place { get; init; } = [];

    /// <summary>Its state.</summary>
    public required TaskState State { get; init; }

    /// <summary>The latest try, from 1; 0 before the first.</summary>
    public int Try { get; init; }

    /// <summary>When it became ready to start; null before.</summary>
    public DateTime? ScheduledAt { get; init; }

    /// <summary>When the latest try started; null before.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Why it is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable code of its failure; null for none.</summary>
    public string? Code { get; init; }

    /// <summary>Where its output is; null for none.</summary>
    public OutputRef? Output { get; init; }

    /// <summary>Of its document.</summary>
    public static TaskInstanceResource Of(InstanceDocument instance) => new()
    {
        Task = instance.Task,
        Keys = instance.Keys,
        Place = instance.Place,
        State = instance.State,
        Try = instance.Try,
        ScheduledAt = instance.ScheduledAt,
        StartedAt = instance.StartedAt,
        EndedAt = instance.EndedAt,
        Reason = instance.Reason,
        Code = instance.Code,
        Output = instance.Output,
    };
}

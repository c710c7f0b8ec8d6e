using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Which task instances a command is about.</summary>
/// <param name="TaskId">Full id of a task, or of a group for all its tasks; <see cref="All"/> for all tasks.</param>
/// <param name="Keys">Map keys, outermost first; empty for all instances. Fewer keys than maps take all below.</param>
public sealed record InstanceSelector(string TaskId, ImmutableArray<string> Keys)
{
    /// <summary>In place of a task's id: every task.</summary>
    public const string All = "*";
}

/// <summary>Cancels a run: kills its work and runs its teardowns.</summary>
/// <param name="Force">Kills teardowns too. Default false.</param>
/// <param name="By">Who asked; null when unknown.</param>
public sealed record CancelCommand(bool Force = false, string? By = null)
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "cancel";
}

/// <summary>Puts task instances back to none, so that they run again.</summary>
public sealed record ClearCommand
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "clear";

    /// <summary>What to clear.</summary>
    public required ImmutableArray<InstanceSelector> Tasks { get; init; }

    /// <summary>Also what is downstream. Default true.</summary>
    public bool Downstream { get; init; } = true;

    /// <summary>Also what is upstream. Default false.</summary>
    public bool Upstream { get; init; }

    /// <summary>Of all these, only what failed or has a failed upstream. Default false.</summary>
    public bool FailedOnly { get; init; }
}

/// <summary>Gives task instances a final state by hand, killing their work first.</summary>
/// <param name="Tasks">Which.</param>
/// <param name="State">Success, failed or skipped.</param>
public sealed record MarkCommand(ImmutableArray<InstanceSelector> Tasks, TaskState State)
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "mark";
}

/// <summary>Changes who comes first where work waits for a limit: pools, run slots, limits within the run.</summary>
/// <param name="Tasks">Which; empty for the run itself and all its tasks.</param>
/// <param name="Priority">The higher number comes first.</param>
public sealed record PriorityCommand(ImmutableArray<InstanceSelector> Tasks, int Priority)
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "priority";
}

/// <summary>Pauses a run, or lets it go on.</summary>
/// <param name="Paused">True to start nothing new.</param>
public sealed record PauseCommand(bool Paused)
{
    /// <summary>The kind of its inbox entry.</summary>
    public const string Kind = "pause";
}

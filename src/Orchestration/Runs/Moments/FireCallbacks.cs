using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.FireCallbacks"/>: a moment of a run or task, whose callbacks are then runs of their own. The same moment twice makes each once.</summary>
public sealed record FireCallbacks
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Full id of the task; null for a moment of the run.</summary>
    public string? TaskId { get; init; }

    /// <summary>Slots of the task's maps, outermost first, joined by <c>/</c>; empty for a plain task and for the run.</summary>
    public string Place { get; init; } = "";

    /// <summary>Keys of its maps, outermost first. Empty by default.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The try, from 1; 0 before the first, and for the run.</summary>
    public int Try { get; init; }

    /// <summary>How often the run had been opened again; 0 for a task, except when it is late.</summary>
    public int Opened { get; init; }

    /// <summary>Which callbacks.</summary>
    public required CallbackKind Kind { get; init; }

    /// <summary>State of the run or task, in snake case.</summary>
    public required string State { get; init; }

    /// <summary>Why; null for nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was.</summary>
    public required DateTimeOffset At { get; init; }
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.CheckPast"/>: how the run before, or one of its tasks, stands.</summary>
/// <param name="RunId">The run before.</param>
/// <param name="TaskId">Full id of the task; null for the run.</param>
public sealed record CheckPast(string RunId, string? TaskId = null);

/// <summary>Result of <see cref="ActivityNames.CheckPast"/>.</summary>
public sealed record PastState
{
    /// <summary>Nothing stands in the way: all has succeeded (or was skipped, for a task), or there is no such run or task (any more).</summary>
    public static readonly PastState Fine = new() { Good = true };

    /// <inheritdoc cref="Fine"/>
    public bool Good { get; init; }

    /// <summary>State of the run before; null when it is gone.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>How many clears and marks it must take before it can be better: none while it has not ended.</summary>
    public int Changes { get; init; }

    /// <summary>Map keys of the instances that stand in the way, each as one text; null when all do, or none.</summary>
    public ImmutableArray<string>? NotGood { get; init; }

    /// <summary>Whether an instance of these map keys may start.</summary>
    public bool Allows(IEnumerable<string> keys) => Good || (NotGood is { } bad && !bad.Contains(Text(keys)));

    /// <summary>Map keys as one text: they are printable, so that no two share one.</summary>
    public static string Text(IEnumerable<string> keys) => string.Join('\n', keys);
}

namespace Updraft.Dags;

/// <summary>When a run or task counts as late: a time after an instant, or its usual duration times a factor.</summary>
public sealed record DueSpec
{
    /// <summary>How long after <see cref="From"/>; null when <see cref="Factor"/> is given.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>What <see cref="After"/> counts from. Default <see cref="DueFrom.LogicalDate"/>.</summary>
    public DueFrom From { get; init; } = DueFrom.LogicalDate;

    /// <summary>Times the usual duration (the median of the last 20 successes) from the start, above 1; null when <see cref="After"/> is given.</summary>
    public double? Factor { get; init; }
}

/// <summary>What a due time counts from.</summary>
public enum DueFrom
{
    /// <summary>The run's logical date.</summary>
    LogicalDate,

    /// <summary>The start of the run, or of the task's first try.</summary>
    Start,
}

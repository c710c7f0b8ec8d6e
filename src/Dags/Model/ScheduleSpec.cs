namespace Updraft.Dags;

/// <summary>
/// When runs start by themselves: at the ticks of <see cref="Cron"/> or <see cref="Every"/> (one of them at most), when <see cref="Datasets"/>
/// have landed, or both.
/// </summary>
public sealed record ScheduleSpec
{
    /// <summary>The default of <see cref="TimeZone"/>.</summary>
    public const string DefaultTimeZone = "UTC";

    /// <summary>Cron with 5 fields, or 6 with seconds first, or <c>@hourly</c> and its kin.</summary>
    public string? Cron { get; init; }

    /// <summary>Elapsed time between ticks, counted from <see cref="Start"/>, else from the Unix epoch; one second or more.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Datasets that must have landed since the last run that they started; null for none.</summary>
    public DatasetCondition? Datasets { get; init; }

    /// <summary>Whether datasets are counted for each partition alone, so that a run is of one partition. Default false.</summary>
    public bool PerPartition { get; init; }

    /// <summary>Whether there is a clock: <see cref="Cron"/> or <see cref="Every"/>.</summary>
    public bool HasTicks => Cron is not null || Every is not null;

    /// <summary>IANA time zone in which cron fields are read. Default <c>UTC</c>.</summary>
    public string TimeZone { get; init; } = DefaultTimeZone;

    /// <summary>The first tick is strictly after this instant; null for no bound.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>No tick is after this instant; null for no bound.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>What becomes of missed ticks. Default <see cref="CatchUp.None"/>.</summary>
    public CatchUp CatchUp { get; init; } = CatchUp.None;

    /// <summary>What a tick does while earlier runs are under way. Default <see cref="Overlap.Queue"/>.</summary>
    public Overlap Overlap { get; init; } = Overlap.Queue;

    /// <summary>How late a tick still counts as on time; null for the shorter of one interval and an hour.</summary>
    public TimeSpan? Grace { get; init; }
}

/// <summary>What becomes of missed ticks.</summary>
public enum CatchUp
{
    /// <summary>They are dropped, and the drop is recorded.</summary>
    None,

    /// <summary>Only the latest runs.</summary>
    Latest,

    /// <summary>Each runs, in order.</summary>
    All,
}

/// <summary>What a tick does while earlier runs of the DAG are under way.</summary>
public enum Overlap
{
    /// <summary>Its run waits for a run slot.</summary>
    Queue,

    /// <summary>It makes no run.</summary>
    Skip,

    /// <summary>The runs under way are cancelled.</summary>
    CancelRunning,
}

using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Figures of the runs that ended within some days of UTC, as far as who asks may see them.</summary>
public sealed record FleetStatistics
{
    /// <summary>The first day.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>By DAG, of which a run ended.</summary>
    public required ImmutableArray<DagStatistics> Dags { get; init; }

    /// <summary>By day on which a run ended.</summary>
    public required ImmutableArray<DayStatistics> Days { get; init; }

    /// <summary>The slowest task instances, the slowest first, at most 20.</summary>
    public required ImmutableArray<SlowTaskStatistics> Slowest { get; init; }

    /// <summary>Pools as they are now.</summary>
    public required ImmutableArray<PoolUsage> Pools { get; init; }

    /// <summary>Messages in the queue now, counted up to 10,000.</summary>
    public required int Queued { get; init; }
}

/// <summary>Figures of a DAG.</summary>
public sealed record DagStatistics
{
    /// <summary>The DAG.</summary>
    public required string Dag { get; init; }

    /// <summary>Its team; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>Runs that ended.</summary>
    public required long Runs { get; init; }

    /// <summary>Of those, how many succeeded.</summary>
    public required long Success { get; init; }

    /// <summary>How many failed.</summary>
    public required long Failed { get; init; }

    /// <summary>How many were cancelled.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Which part of those that succeeded or failed succeeded, 0 to 1; null for none.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>Runs a day, the days without one included.</summary>
    public required double RunsADay { get; init; }

    /// <summary>How long the runs took in seconds.</summary>
    public required SpreadStatistics Duration { get; init; }

    /// <summary>How long tasks that were ready took to start, in seconds.</summary>
    public required SpreadStatistics Lag { get; init; }

    /// <summary>Task instances by state.</summary>
    public required ImmutableSortedDictionary<string, long> Tasks { get; init; }

    internal static DagStatistics Of(ImmutableArray<DayFigures> days, int among)
    {
        var (success, failed, cancelled) = (days.Sum(day => day.Success), days.Sum(day => day.Failed), days.Sum(day => day.Cancelled));
        var took = days.Aggregate(TimeSpan.Zero, (sum, day) => sum + day.Took);
        var durations = days.Aggregate(Spread.Empty, (sum, day) => sum.With(day.Durations));
        return new DagStatistics
        {
            Dag = days[^1].Dag,
            Team = days[^1].Team,
            Runs = success + failed + cancelled,
            Success = success,
            Failed = failed,
            Cancelled = cancelled,
            SuccessRate = success + failed == 0 ? null : Math.Round((double)success / (success + failed), 4),
            RunsADay = Math.Round((double)(success + failed + cancelled) / among, 2),
            Duration = SpreadStatistics.Of(durations) with
            {
                Mean = durations.Total == 0 ? null : Math.Round(took.TotalSeconds / durations.Total, 3),
                Longest = durations.Total == 0 ? null : days.Max(day => day.Longest).TotalSeconds,
            },
            Lag = SpreadStatistics.Of(days.Aggregate(Spread.Empty, (sum, day) => sum.With(day.Lag))),
            Tasks = days.SelectMany(day => day.Tasks).GroupBy(count => count.Key, StringComparer.Ordinal).ToImmutableSortedDictionary(count => count.Key, count => count.Sum(each => each.Value), StringComparer.Ordinal),
        };
    }
}

/// <summary>How durations are spread, in seconds. Percentiles are right to a fifth.</summary>
/// <param name="P50">Half of all are shorter; null of none.</param>
/// <param name="P95">Nineteen of twenty are shorter; null of none.</param>
public sealed record SpreadStatistics(double? P50, double? P95)
{
    /// <summary>The mean; null where it is not known.</summary>
    public double? Mean { get; init; }

    /// <summary>The longest; null where it is not known.</summary>
    public double? Longest { get; init; }

    internal static SpreadStatistics Of(Spread spread) => new(spread.Percentile(0.5)?.TotalSeconds, spread.Percentile(0.95)?.TotalSeconds);
}

/// <summary>What ended on a day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Success">Runs that succeeded.</param>
/// <param name="Failed">Runs that failed.</param>
/// <param name="Cancelled">Runs that were cancelled.</param>
public sealed record DayStatistics(DateOnly Day, long Success, long Failed, long Cancelled)
{
    internal static DayStatistics Of(DateOnly day, IEnumerable<DayFigures> figures)
    {
        var all = figures.ToArray();
        return new(day, all.Sum(each => each.Success), all.Sum(each => each.Failed), all.Sum(each => each.Cancelled));
    }
}

/// <summary>A task instance that took long.</summary>
/// <param name="Dag">Its DAG.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Task">The task.</param>
/// <param name="Place">Slots of its maps, outermost first; empty for a plain task.</param>
/// <param name="Seconds">How long its latest try took.</param>
public sealed record SlowTaskStatistics(string Dag, string RunId, string Task, ImmutableArray<int> Place, double Seconds)
{
    internal static SlowTaskStatistics Of(string dag, SlowTask task) => new(dag, task.RunId, task.Task, task.Place, task.Took.TotalSeconds);
}

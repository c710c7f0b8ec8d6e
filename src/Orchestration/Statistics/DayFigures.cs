using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>What became of the runs of a DAG that ended on one day of UTC.</summary>
public sealed record DayFigures
{
    /// <summary>Slowest tasks kept of a day.</summary>
    public const int MostSlow = 10;

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The DAG.</summary>
    public required string Dag { get; init; }

    /// <summary>Its team, as of the latest of the runs; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>Runs that succeeded.</summary>
    public long Success { get; init; }

    /// <summary>Runs that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Runs that were cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>How long the runs took from their slot to their end, together.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The longest of them; one that a clear has replaced since still counts.</summary>
    public TimeSpan Longest { get; init; }

    /// <summary>How their durations are spread.</summary>
    public Spread Durations { get; init; } = Spread.Empty;

    /// <summary>Task instances by state.</summary>
    public ImmutableSortedDictionary<string, long> Tasks { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>How long task instances that were ready to start took to start, limits included: of the latest tries, without those of maps large enough to be split.</summary>
    public Spread Lag { get; init; } = Spread.Empty;

    /// <summary>The slowest task instances, the slowest first.</summary>
    public ImmutableArray<SlowTask> Slowest { get; init; } = [];

    /// <summary>Runs that were counted of late, so that none is counted twice.</summary>
    public ImmutableArray<CountedRun> Recent { get; init; } = [];

    /// <summary>With a run that ended.</summary>
    internal DayFigures With(RunEnd end, string? team) => Add(end.Figures, 1) with
    {
        Team = team,
        Longest = end.Figures.Took is { } took && took > Longest ? took : Longest,
        Lag = Lag.With(end.Lag),
        Slowest = [.. Slowest.Concat(end.Slowest).OrderByDescending(task => task.Took).Take(MostSlow)],
    };

    /// <summary>Without a run as it ended before it was opened again.</summary>
    internal DayFigures Without(RunFigures run) => Add(run, -1);

    private DayFigures Add(RunFigures run, int times) => this with
    {
        Success = Math.Max(0, Success + (run.Status is RunStatus.Success ? times : 0)),
        Failed = Math.Max(0, Failed + (run.Status is RunStatus.Failed ? times : 0)),
        Cancelled = Math.Max(0, Cancelled + (run.Status is RunStatus.Cancelled ? times : 0)),
        Took = run.Took is { } took ? Took + took * times : Took,
        Durations = run.Took is { } duration ? Durations.With(duration, times) : Durations,
        Tasks = Tasks.SetItems(run.Tasks.Select(count => KeyValuePair.Create(count.Key, Math.Max(0, Tasks.GetValueOrDefault(count.Key) + (long)count.Value * times)))),
    };
}

/// <summary>A task instance that took long.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="Task">The task.</param>
/// <param name="Place">Slots of its maps, outermost first; empty for a plain task.</param>
/// <param name="Took">How long its latest try took.</param>
public sealed record SlowTask(string RunId, string Task, ImmutableArray<int> Place, TimeSpan Took);

/// <summary>That a run is counted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="CreatedAt">When it was acknowledged.</param>
/// <param name="Revision">Of its documents at that end.</param>
public sealed record CountedRun(string RunId, DateTimeOffset CreatedAt, long Revision);

using System.Collections.Immutable;
using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>How a run was counted, kept with its entry, so that an end that is followed by another can be taken back.</summary>
public sealed record RunFigures
{
    /// <summary>The day of UTC on which it ended, as in <c>2026-03-29</c>.</summary>
    public required string Day { get; init; }

    /// <summary>As what it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTime EndedAt { get; init; }

    /// <summary>How long it took from its slot to its end; null when it never got one.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Its task instances by state.</summary>
    public ImmutableSortedDictionary<string, int> Tasks { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Of a run that has ended.</summary>
    internal static RunFigures Of(RunBody body, DateTime ended) => new()
    {
        Day = DayOf(ended),
        Status = body.Status,
        EndedAt = ended,
        Took = body.StartedAt is { } started && ended > started ? ended - started : body.StartedAt is null ? null : TimeSpan.Zero,
        Tasks = body.Counts,
    };

    internal static string DayOf(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>An end of a run, to be counted.</summary>
internal sealed record RunEnd(RunFigures Figures, Spread Lag, ImmutableArray<SlowTask> Slowest)
{
    /// <param name="runId">The run.</param>
    /// <param name="body">How it ended.</param>
    /// <param name="ended">When.</param>
    /// <param name="instances">Its task instances.</param>
    /// <param name="since">What started before was counted with the end before; null for none.</param>
    public static RunEnd Of(string runId, RunBody body, DateTime ended, IEnumerable<InstanceDocument> instances, DateTime? since)
    {
        var worked = instances.Where(instance => instance is { Shown: true, StartedAt: { } started } && started >= (since ?? DateTime.MinValue)).ToList();
        return new RunEnd(
            RunFigures.Of(body, ended),
            worked.Where(instance => instance.ScheduledAt is { } ready && instance.StartedAt >= ready).Aggregate(Spread.Empty, (sum, instance) => sum.With(instance.StartedAt!.Value - instance.ScheduledAt!.Value)),
            [
                .. worked.Where(instance => instance.EndedAt >= instance.StartedAt)
                    .Select(instance => new SlowTask(runId, instance.Task, instance.Place, instance.EndedAt!.Value - instance.StartedAt!.Value))
                    .OrderByDescending(task => task.Took).Take(DayFigures.MostSlow),
            ]);
    }
}

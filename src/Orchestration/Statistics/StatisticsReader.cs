using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Reads the figures of days; never a run.</summary>
public sealed class StatisticsReader(IStateStore store)
{
    /// <summary>Most days that are read at once.</summary>
    public const int MostDays = 400;

    /// <summary>The figures of some days, each DAG's of each day, by day: of the slowest task only how slow it was, and not which runs were counted.</summary>
    /// <param name="first">The first day of UTC.</param>
    /// <param name="last">The last.</param>
    /// <param name="dag">Only of this DAG; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<(DateOnly Day, DayFigures Figures)> ReadAsync(DateOnly first, DateOnly last, string? dag, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last.DayNumber - first.DayNumber, MostDays, nameof(last));
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            if (dag is not null)
            {
                if (await GetAsync(day, dag, cancellation) is { } one) yield return (day, one);
                continue;
            }
            await foreach (var listed in store.ListAsync(StatisticsPaths.Of(NameOf(day)), null, cancellation))
            {
                var figures = listed.Summary is { } summary ? JsonSerializer.Deserialize<DayFigures>(summary, OrchestrationJson.Options) : (await store.GetAsync<DayFigures>(listed.Path, cancellation))?.Value;
                if (figures is not null) yield return (day, figures);
            }
        }
    }

    /// <summary>All figures of a DAG's day; null when none of its runs ended on it.</summary>
    public async Task<DayFigures?> GetAsync(DateOnly day, string dag, CancellationToken cancellation = default) => (await store.GetAsync<DayFigures>(StatisticsPaths.Of(NameOf(day), dag), cancellation))?.Value;

    /// <summary>Removes the figures of days before one.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(DateOnly before, CancellationToken cancellation = default)
    {
        var (removed, end) = (0, StatisticsPaths.Of(NameOf(before)));
        await foreach (var listed in store.ListAsync(StatisticsPaths.All, null, cancellation))
        {
            if (string.CompareOrdinal(listed.Path, end) >= 0) break;
            if (await store.DeleteAsync(listed.Path, listed.ETag, cancellation)) removed++;
        }
        return removed;
    }

    private static string NameOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

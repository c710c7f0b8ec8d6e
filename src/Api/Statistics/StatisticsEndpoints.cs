using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Figures of the fleet, of what is noted of each day; no run is read.</summary>
internal static class StatisticsEndpoints
{
    private const int UsualDays = 7;
    private const int MostSlow = 20;
    private const int MostQueued = 10_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/statistics", GetAsync).Needs(Role.Viewer);

    private static async Task<FleetStatistics> GetAsync(string? since, string? until, string? dag, string? team, Access access, StatisticsReader reader, PoolClient pools, IRunRequests queue, TimeProvider clock, CancellationToken cancellation)
    {
        var last = until is null ? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) : DateOnly.FromDateTime(RunListQuery.TimeOf("until", until).UtcDateTime);
        var first = since is null ? last.AddDays(1 - UsualDays) : DateOnly.FromDateTime(RunListQuery.TimeOf("since", since).UtcDateTime);
        if (first > last || last.DayNumber - first.DayNumber > StatisticsReader.MostDays) throw new UpdraftException(ApiErrors.BadRequest, $"from {first:yyyy-MM-dd} to {last:yyyy-MM-dd} there are no days, or too many: {StatisticsReader.MostDays} are the most");
        var all = await reader.ReadAsync(first, last, dag, cancellation)
            .Where(each => access.May(Role.Viewer, each.Figures.Team) && (team is null || team == each.Figures.Team)).ToListAsync(cancellation);
        var days = last.DayNumber - first.DayNumber + 1;
        return new FleetStatistics
        {
            Since = first,
            Until = last,
            Dags = [.. all.GroupBy(each => each.Figures.Dag, StringComparer.Ordinal).Select(each => DagStatistics.Of([.. each.Select(day => day.Figures)], days)).OrderBy(each => each.Dag, StringComparer.Ordinal)],
            Days = [.. all.GroupBy(each => each.Day).Select(day => DayStatistics.Of(day.Key, day.Select(each => each.Figures)))],
            Slowest = [.. await SlowestAsync(all, reader, cancellation)],
            Pools = [.. await pools.ListAsync(cancellation)],
            Queued = await queue.WaitingAsync(cancellation).Take(MostQueued).CountAsync(cancellation),
        };
    }

    /// <summary>The slowest tasks are among those of the days that have the slowest: only of those more is read.</summary>
    private static async Task<IEnumerable<SlowTaskStatistics>> SlowestAsync(List<(DateOnly Day, DayFigures Figures)> all, StatisticsReader reader, CancellationToken cancellation)
    {
        var slow = all.Where(each => !each.Figures.Slowest.IsEmpty).OrderByDescending(each => each.Figures.Slowest[0].Took).Take(MostSlow);
        var read = await Task.WhenAll(slow.Select(each => reader.GetAsync(each.Day, each.Figures.Dag, cancellation)));
        return read.OfType<DayFigures>().SelectMany(day => day.Slowest.Select(task => SlowTaskStatistics.Of(day.Dag, task))).OrderByDescending(task => task.Seconds).Take(MostSlow);
    }
}

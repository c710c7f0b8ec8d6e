using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The DAGs that run by themselves.</summary>
internal static class ScheduleEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/schedules", ListAsync).Needs(Role.Viewer);

    private static Task<Page<ScheduleResource>> ListAsync(string? after, int? count, Access access, DagCatalogue catalogue, TimeProvider clock, CancellationToken cancellation) =>
        Page.OfAsync(ScheduledAsync(access, catalogue, clock.GetUtcNow(), cancellation), after, count, MostListed, cancellation);

    private static async IAsyncEnumerable<ScheduleResource> ScheduledAsync(Access access, DagCatalogue catalogue, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var summary in catalogue.ListAsync(cancellation: cancellation))
        {
            if (summary is { Schedule: not null, Experiment: false } && access.May(Role.Viewer, summary.Team) && await catalogue.GetAsync(summary.Name, cancellation) is { Schedule: { } schedule } dag)
                yield return new ScheduleResource(dag.Name, summary.Schedule, dag.Paused || !schedule.HasTicks ? null : Schedule.Create(schedule).NextTick(now), dag.Paused, dag.PauseReason, dag.Team);
        }
    }
}

/// <summary>When a DAG runs by itself.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Schedule">When, in words.</param>
/// <param name="NextTick">The next tick; null while it is paused, and for one that only listens to datasets.</param>
/// <param name="Paused">Whether it makes no runs by itself at the moment.</param>
/// <param name="PauseReason">Why it is paused; null when nothing was said.</param>
/// <param name="Team">The team to which it belongs; null for none.</param>
public sealed record ScheduleResource(string Dag, string Schedule, DateTimeOffset? NextTick, bool Paused, string? PauseReason, string? Team);

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Conditions that tasks wait for, which runs of all teams share.</summary>
internal static class WaitEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/waits", ListAsync).Needs(Role.Viewer);

    // A condition does not say whose it is, and tells of paths and tables: a team's own are shown with its runs.
    private static Task<Page<OpenCondition>> ListAsync(string? after, int? count, Access access, OpenConditions conditions, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Viewer);
        return Page.OfAsync(conditions.ListAsync(cancellation), after, count, MostListed, cancellation);
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Conditions that tasks wait for, which runs of all teams share.</summary>
internal static class WaitEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/waits", ListAsync).Needs(Role.Viewer);

    private static Task<Page<OpenCondition>> ListAsync(string? after, int? count, OpenConditions conditions, CancellationToken cancellation) =>
        Page.OfAsync(conditions.ListAsync(cancellation), after, count, MostListed, cancellation);
}

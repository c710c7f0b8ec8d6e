using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Runs, listed and searched.</summary>
internal static class RunListEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/runs", ListAsync).Needs(Role.Viewer);

    private static async Task<RunPage> ListAsync([AsParameters] RunListQuery asked, Access access, RunSearch search, CancellationToken cancellation)
    {
        var found = await search.FindAsync(asked.ToFilter(), asked.ToAfter(), Page.Size(asked.Count, RunSearch.MaxPage), team => access.May(Role.Viewer, team), cancellation);
        return new RunPage([.. found.Runs.Select(RunRow.Of)], RunListQuery.NextOf(found.Next), found.SearchedTo);
    }
}

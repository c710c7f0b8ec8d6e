using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The same done to many runs: first they are found and counted, then exactly those are dealt with.</summary>
internal static class BulkEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs/match", MatchAsync).Needs(Role.Viewer);
        api.MapPost("/runs/bulk", DoAsync).Needs(Role.Operator);
    }

    private static async Task<RunMatch> MatchAsync(RunFilter filter, Access access, TeamFinder teams, RunServices services, CancellationToken cancellation)
    {
        var found = await services.Bulk.MatchAsync(filter, cancellation: cancellation);
        var seen = await found.Ids.ToAsyncEnumerable().Where(async (runId, stop) => await teams.MayWithRunAsync(access, Role.Viewer, runId, stop)).ToListAsync(cancellation);
        return found with { Ids = [.. seen] };
    }

    private static Task<ImmutableArray<BulkResult>> DoAsync(BulkCommand command, Access access, BulkCommands bulk, CancellationToken cancellation) => bulk.DoAsync(command, access, cancellation);
}

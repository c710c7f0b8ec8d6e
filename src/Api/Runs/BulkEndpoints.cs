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
        api.MapPost("/runs/bulk", DoAsync).Needs(Role.Operator).Once();
    }

    private static Task<RunMatch> MatchAsync(RunFilter filter, Access access, RunServices services, CancellationToken cancellation) =>
        services.Bulk.MatchAsync(filter, maySee: team => access.May(Role.Viewer, team), cancellation: cancellation);

    private static Task<ImmutableArray<BulkResult>> DoAsync(BulkCommand command, IdempotencyKey key, Access access, BulkCommands bulk, CancellationToken cancellation) => bulk.DoAsync(command, key, access, cancellation);
}

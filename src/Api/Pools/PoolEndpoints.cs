using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Pools, which all teams share.</summary>
internal static class PoolEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/pools", ListAsync).Needs(Role.Viewer);
        api.MapGet("/pools/{pool}", GetAsync).Needs(Role.Viewer).Tagged(pool => ETags.Of(((PoolView)pool).Usage.Definition));
        api.MapPut("/pools/{pool}", SetAsync).Needs(Role.Operator);
        api.MapDelete("/pools/{pool}", DeleteAsync).Needs(Role.Operator);
    }

    private static async Task<Page<PoolUsage>> ListAsync(string? after, int? count, PoolClient pools, CancellationToken cancellation) =>
        await Page.OfAsync((await pools.ListAsync(cancellation)).ToAsyncEnumerable(), after, count, MostListed, cancellation);

    /// <summary>The numbers are of all; who they are is shown of the runs that one may see.</summary>
    private static async Task<PoolView> GetAsync(string pool, Access access, TeamFinder teams, PoolClient pools, CancellationToken cancellation)
    {
        ValueTask<bool> MaySeeAsync(LeaseHolder holder, CancellationToken stop) => new(teams.MayWithRunAsync(access, Role.Viewer, holder.RunId, stop));
        var view = await pools.GetAsync(pool, cancellation);
        return view with
        {
            Holders = [.. await view.Holders.ToAsyncEnumerable().Where((each, stop) => MaySeeAsync(each.Holder, stop)).ToListAsync(cancellation)],
            Waiters = [.. await view.Waiters.ToAsyncEnumerable().Where((each, stop) => MaySeeAsync(each.Holder, stop)).ToListAsync(cancellation)],
        };
    }

    private static async Task<PoolView> SetAsync(string pool, PoolDefinition definition, IfMatch seen, Access access, PoolClient pools, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        await pools.SetAsync(pool, definition, Check(pool, seen), cancellation);
        return await pools.GetAsync(pool, cancellation);
    }

    /// <summary>Answers with the pool as it is then, for tasks that name it go on to share its slots.</summary>
    private static async Task<PoolView> DeleteAsync(string pool, IfMatch seen, Access access, PoolClient pools, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        if (await pools.DeleteAsync(pool, Check(pool, seen), cancellation)) return await pools.GetAsync(pool, cancellation);
        var known = (await pools.ListAsync(cancellation)).Select(each => each.Name);
        throw new UpdraftException(ApiErrors.NoPool, $"no pool '{pool}' is defined{Suggestion.For(pool, known)}; see 'updraft pools list'");
    }

    // The definition alone: who holds slots changes all the time.
    private static Action<PoolDefinition?> Check(string pool, IfMatch seen) => definition => seen.Demand($"pool '{pool}'", ETags.Of(definition), definition is not null);
}

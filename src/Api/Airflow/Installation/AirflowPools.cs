using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Pools as Airflow shows them.</summary>
internal static class AirflowPools
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/pools", ListAsync).Needs(Role.Viewer);
        api.MapGet("/pools/{name}", async (string name, AirflowCall call) => AirflowPool.Of((await call.Services.Pools.GetAsync(name, call.Cancellation)).Usage)).Needs(Role.Viewer);
    }

    private static async Task<AirflowPoolList> ListAsync(AirflowCall call)
    {
        var asked = call.Query;
        var (paging, order, pattern) = (AirflowPaging.Of(asked), AirflowOrder.Of(asked, "name", ["id", "name", "pool", "slots"]), asked.Pattern("pool_name_pattern"));
        asked.Done();
        var found = (await call.Services.Pools.ListAsync(call.Cancellation)).Where(pool => AirflowPattern.IsIn(pool.Name, pattern)).Select(AirflowPool.Of).ToList();
        return new AirflowPoolList(paging.Of(order.Sort(found, (pool, field) => field is "slots" ? pool.Slots : pool.Name)), found.Count);
    }
}

/// <summary>A pool. A remote job keeps its slots while it waits, so that those of tasks that wait may be among the occupied.</summary>
internal sealed record AirflowPool(string Name, int Slots, string? Description, bool IncludeDeferred, int OccupiedSlots, int ScheduledSlots)
{
    public int RunningSlots => OccupiedSlots;

    public int QueuedSlots { get; }

    public int OpenSlots => Math.Max(Slots - OccupiedSlots, 0);

    public int DeferredSlots { get; }

    public string? TeamName { get; }

    public static AirflowPool Of(PoolUsage pool) => new(pool.Name, pool.Slots, pool.Definition?.Description, pool.Definition?.IncludeWaiting ?? true, pool.Taken, pool.Waiters);
}

/// <summary>Some pools.</summary>
internal sealed record AirflowPoolList(ImmutableArray<AirflowPool> Pools, long TotalEntries);

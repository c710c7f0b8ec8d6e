using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about pools.</summary>
internal static class PoolOperations
{
    public static readonly Operation<Nothing, ImmutableArray<PoolUsage>> List = new("pools/list", async (host, _, cancellation) => [.. await host.Services.Pools.ListAsync(cancellation)]);

    public static readonly Operation<PoolName, PoolView> Show = new("pools/show", (host, request, cancellation) => host.Services.Pools.GetAsync(request.Name, cancellation));

    public static readonly Operation<SetPool, PoolView> Set = new("pools/set", async (host, request, cancellation) =>
    {
        await host.Services.Pools.SetAsync(request.Name, request.Definition, cancellation);
        return await host.Services.Pools.GetAsync(request.Name, cancellation);
    });

    public static readonly Operation<PoolName, PoolView> Delete = new("pools/delete", async (host, request, cancellation) =>
    {
        if (await host.Services.Pools.DeleteAsync(request.Name, cancellation)) return await host.Services.Pools.GetAsync(request.Name, cancellation);
        var known = (await host.Services.Pools.ListAsync(cancellation)).Select(pool => pool.Name);
        throw new UpdraftException(CliErrors.NoPool, $"no pool '{Printable.Of(request.Name)}' is defined{Printable.Of(Suggestion.For(request.Name, known))}; see 'updraft pools list'");
    });

    public static readonly ImmutableArray<Operation> All = [List, Show, Set, Delete];
}

/// <summary>Which pool.</summary>
internal sealed record PoolName(string Name);

/// <summary>Defines a pool.</summary>
internal sealed record SetPool(string Name, PoolDefinition Definition);

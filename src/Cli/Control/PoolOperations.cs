using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about pools.</summary>
internal static class PoolOperations
{
    public static readonly Operation<Nothing, ImmutableArray<PoolView>> List = new("pools/list", async (host, _, cancellation) => [.. await host.Services.Pools.ListAsync(cancellation).ToListAsync(cancellation)]);

    public static readonly Operation<SetPool, PoolView> Set = new("pools/set", async (host, request, cancellation) =>
    {
        await host.Services.Pools.SetAsync(request.Name, request.Definition, cancellation);
        return await host.Services.Pools.GetAsync(request.Name, cancellation);
    });

    public static readonly Operation<PoolName, PoolView> Delete = new("pools/delete", async (host, request, cancellation) =>
    {
        if (await host.Services.Pools.DeleteAsync(request.Name, cancellation)) return await host.Services.Pools.GetAsync(request.Name, cancellation);
        var known = await host.Services.Pools.ListAsync(cancellation).Select(pool => pool.Name).ToListAsync(cancellation);
        throw new UpdraftException(CliErrors.NoPool, $"no pool '{Printable.Of(request.Name)}' is defined{Printable.Of(Suggestion.For(request.Name, known))}; see 'updraft pools list'");
    });

    public static readonly Operation<SetPriority, PrioritySet> Prioritise = new("runs/priority", async (host, request, cancellation) =>
    {
        if (request.Task is { } task) await TaskSelection.OfAsync(host.Data, request.RunId, [InstanceName.Parse(task).ToSelector()], cancellation);
        else if (await host.Runs.Reader.RequestAsync(request.RunId, cancellation) is null) throw await NoRun.OfAsync(host.Data, request.RunId, cancellation);
        var place = request.Task is null ? null : InstanceName.Parse(request.Task) is { Keys.IsEmpty: false } one ? $"{one.TaskId}[{string.Join('/', one.Keys)}]" : request.Task;
        return new PrioritySet(request.RunId, await host.Services.Pools.PrioritiseAsync(request.RunId, place, request.Priority, cancellation));
    });

    public static readonly ImmutableArray<Operation> All = [List, Set, Delete, Prioritise];
}

/// <summary>Which pool.</summary>
internal sealed record PoolName(string Name);

/// <summary>Defines a pool.</summary>
internal sealed record SetPool(string Name, PoolDefinition Definition);

/// <summary>Gives what a run has in queues another priority.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Task">A task or one instance of it; null for the run and all its tasks.</param>
/// <param name="Priority">The higher number comes first.</param>
internal sealed record SetPriority(string RunId, string? Task, int Priority);

/// <summary>A priority is changed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Waiting">How many places in queues have it now.</param>
internal sealed record PrioritySet(string RunId, int Waiting);

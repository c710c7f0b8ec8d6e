using System.Runtime.CompilerServices;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Defines pools, and shows who holds their slots and who waits. Thread-safe. Every call may be repeated after a failure.</summary>
public sealed class PoolClient(IStateStore store, LedgerClient ledgers)
{
    /// <summary>Most slots of a pool.</summary>
    public const int MostSlots = 1_000_000;

    private const int MaxName = 200;
    private const int MaxDescription = 1_000;

    /// <summary>Gives a pool a number of slots. What becomes free goes to those who wait; what is taken beyond it is not taken away.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public async Task SetAsync(string pool, PoolDefinition definition, CancellationToken cancellation = default)
    {
        var name = Named(pool);
        if (definition.Slots is < 0 or > MostSlots) throw new UpdraftException(PoolErrors.Refused, $"a pool cannot have {definition.Slots} slots: 0 to {MostSlots} are possible, and 0 lets nobody in");
        InputText.Checked(PoolErrors.Refused, "the description", definition.Description, MaxDescription, lines: true);
        await store.PutAsync(PoolPaths.Definition(name), definition, WriteCondition.None, cancellation: cancellation);
        await ledgers.RefreshAsync(name, cancellation);
    }

    /// <summary>Takes a pool's definition away, so that it has <see cref="PoolDefinition.DefaultSlots"/>. False when it had none.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public async Task<bool> DeleteAsync(string pool, CancellationToken cancellation = default)
    {
        var name = Named(pool);
        if (!await store.DeleteAsync(PoolPaths.Definition(name), null, cancellation)) return false;
        await ledgers.RefreshAsync(name, cancellation);
        return true;
    }

    /// <summary>A pool, whether it is defined, used, or neither.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public async Task<PoolView> GetAsync(string pool, CancellationToken cancellation = default)
    {
        var name = Named(pool);
        var definition = (await store.GetAsync<PoolDefinition>(PoolPaths.Definition(name), cancellation))?.Value;
        return new(pool, definition, await ledgers.GetAsync(name, cancellation));
    }

    /// <summary>Pools that are defined or in use now, by name.</summary>
    public async IAsyncEnumerable<PoolView> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? last = null;
        await foreach (var listed in store.ListAsync(PoolPaths.All, null, cancellation))
        {
            var name = DocumentPath.LastName(listed.Path[..(listed.Path.LastIndexOf('/', listed.Path.Length - 2) + 1)]);
            if (name == last || PoolNames.PoolOf(name) is not { } pool) continue;
            last = name;
            yield return await GetAsync(pool, cancellation);
        }
    }

    /// <summary>Gives what a run has in queues now another priority; what it asks for later has that of its DAG again.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="place">The task instance, as in <c>fit[SEA]</c>, or a task for all its instances; null for the run's own slot and all its tasks.</param>
    /// <param name="priority">Who comes first at a full limit: the higher number.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many places in queues have this priority now.</returns>
    public async Task<int> PrioritiseAsync(string runId, string? place, int priority, CancellationToken cancellation = default)
    {
        bool IsMeant(LeaseHolder holder) => holder.RunId == runId && (place is null || holder.Place == place || holder.Place?.StartsWith(place + "[", StringComparison.Ordinal) == true);
        var count = 0;
        await foreach (var listed in store.ListAsync(PoolPaths.All, null, cancellation))
        {
            if (PoolPaths.LedgerAt(listed.Path) is not { } name || !(await ledgers.GetAsync(name, cancellation)).Waiting.Any(queue => queue.Waiters.Any(waiter => IsMeant(waiter.Holder)))) continue;
            var after = await ledgers.PrioritiseAsync(name, IsMeant, priority, cancellation);
            count += after.Waiting.Where(queue => queue.Priority == priority).SelectMany(queue => queue.Waiters).Count(waiter => IsMeant(waiter.Holder));
        }
        return count;
    }

    private static string Named(string pool) =>
        pool.Length is > 0 and <= MaxName && !pool.Any(c => char.IsControl(c) || char.IsSurrogate(c))
            ? PoolNames.Named(pool)
            : throw new UpdraftException(PoolErrors.Refused, $"a pool's name has 1 to {MaxName} printable characters");
}

/// <summary>A pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its definition; null when it has none.</param>
/// <param name="Ledger">Who holds its slots and who waits.</param>
public sealed record PoolView(string Name, PoolDefinition? Definition, PoolLedger Ledger)
{
    /// <summary>How many slots it has.</summary>
    public int Slots => Definition?.Slots ?? PoolDefinition.DefaultSlots;
}

/// <summary>Codes of what is wrong with pools; <c>docs/errors.md</c> lists them.</summary>
public static class PoolErrors
{
    /// <summary>The name, slots or description of a pool are refused.</summary>
    public const string Refused = "UPD2901";
}

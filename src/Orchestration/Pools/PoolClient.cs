using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Defines pools, and shows who holds their slots and who waits. Thread-safe.</summary>
public sealed class PoolClient(IStateStore store, LedgerClient ledgers)
{
    /// <summary>Most slots of a pool.</summary>
    public const int MaxSlots = 1_000_000;

    private const int MaxDescription = 300;

    /// <summary>Defines a pool, or changes it. More slots go to those who wait at once; with fewer, nobody loses what it holds.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public Task SetAsync(string pool, PoolDefinition definition, CancellationToken cancellation = default) => SetAsync(pool, definition, null, cancellation);

    /// <inheritdoc cref="SetAsync(string, PoolDefinition, CancellationToken)"/>
    /// <param name="pool">The pool.</param>
    /// <param name="definition">Its definition from now on.</param>
    /// <param name="check">Told of the definition that is replaced, null for none; what it throws keeps it. Null for no check.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SetAsync(string pool, PoolDefinition definition, Action<PoolDefinition?>? check, CancellationToken cancellation)
    {
        CheckName(pool);
        if (definition.Slots is < 0 or > MaxSlots) throw new UpdraftException(PoolErrors.Refused, $"a pool has 0 to {MaxSlots:N0} slots, and '{pool}' was given {definition.Slots:N0}");
        InputText.Checked(PoolErrors.Refused, "the description of a pool", definition.Description, MaxDescription);
        var path = PoolPaths.Definition(PoolNames.Named(pool));
        while (await store.PutAsync(path, definition, await CheckedAsync(path, check, cancellation), cancellation: cancellation) is null)
        {
            // It was changed between the look and the write.
        }
        await ledgers.RefreshAsync(PoolNames.Named(pool), cancellation);
    }

    /// <summary>Removes a pool's definition: tasks that name it then share <see cref="PoolDefinition.DefaultSlots"/> slots. False when there was none.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public Task<bool> DeleteAsync(string pool, CancellationToken cancellation = default) => DeleteAsync(pool, null, cancellation);

    /// <inheritdoc cref="DeleteAsync(string, CancellationToken)"/>
    /// <param name="pool">The pool.</param>
    /// <param name="check">Told of the definition that is removed, null for none; what it throws keeps it. Null for no check.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> DeleteAsync(string pool, Action<PoolDefinition?>? check, CancellationToken cancellation)
    {
        CheckName(pool);
        var path = PoolPaths.Definition(PoolNames.Named(pool));
        while (true)
        {
            var condition = await CheckedAsync(path, check, cancellation);
            if (condition.Absent) return false;
            if (await store.DeleteAsync(path, condition.ETag, cancellation)) break;
            if (check is null) return false;
        }
        await ledgers.RefreshAsync(PoolNames.Named(pool), cancellation);
        return true;
    }

    /// <summary>A pool with those who hold its slots and those who wait, whether or not it is defined.</summary>
    /// <exception cref="UpdraftException"><see cref="PoolErrors.Refused"/>.</exception>
    public async Task<PoolView> GetAsync(string pool, CancellationToken cancellation = default)
    {
        CheckName(pool);
        var name = PoolNames.Named(pool);
        var definition = (await store.GetAsync<PoolDefinition>(PoolPaths.Definition(name), cancellation))?.Value;
        var ledger = await ledgers.GetAsync(name, cancellation);
        var waiters = ledger.Waiting.SelectMany(queue => queue.Waiters.Select(waiter => (queue.Priority, waiter)))
            .OrderByDescending(each => each.Priority).ThenBy(each => each.waiter.Order)
            .Select(each => new PoolWaiter(each.waiter.Holder, each.waiter.Slots, each.Priority, At(each.waiter.Order)));
        return new PoolView
        {
            Usage = new PoolUsage(pool, definition, ledger.Taken, ledger.Leases.Length, ledger.WaiterCount),
            Holders = [.. ledger.Leases.Select(lease => new PoolHolder(lease.Holder, lease.Slots, At(lease.Order)))],
            Waiters = [.. waiters],
        };
    }

    /// <summary>Pools that are defined or in use, by name, with counts.</summary>
    public async Task<IReadOnlyList<PoolUsage>> ListAsync(CancellationToken cancellation = default)
    {
        var found = new SortedDictionary<string, PoolUsage>(StringComparer.Ordinal);
        await foreach (var listed in store.ListAsync(PoolPaths.AllNamed, null, cancellation))
        {
            if (PoolPaths.LedgerAt(listed.Path) is { } ledger)
            {
                var summary = listed.Summary is { } text ? JsonSerializer.Deserialize<LedgerSummary>(text, OrchestrationJson.Options)! : LedgerSummary.Of(await ledgers.GetAsync(ledger, cancellation));
                found[PoolNames.PoolOf(ledger)] = Known(PoolNames.PoolOf(ledger)) with { Taken = summary.Taken, Holders = summary.Holders, Waiters = summary.Waiters };
            }
            else if (PoolPaths.DefinedAt(listed.Path) is { } defined && await store.GetAsync<PoolDefinition>(listed.Path, cancellation) is { Value: var definition })
            {
                found[PoolNames.PoolOf(defined)] = Known(PoolNames.PoolOf(defined)) with { Definition = definition };
            }
        }
        return [.. found.Values];

        PoolUsage Known(string pool) => found.GetValueOrDefault(pool) ?? new PoolUsage(pool, null, 0, 0, 0);
    }

    private async Task<WriteCondition> CheckedAsync(string path, Action<PoolDefinition?>? check, CancellationToken cancellation)
    {
        if (check is null) return WriteCondition.None;
        var found = await store.GetAsync<PoolDefinition>(path, cancellation);
        check(found?.Value);
        return found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
    }

    private static DateTimeOffset At(long order) => new(order, TimeSpan.Zero);

    private static void CheckName(string pool)
    {
        if (!CatalogueName.IsName(pool)) throw new UpdraftException(PoolErrors.Refused, $"the name of a pool is '{CatalogueErrors.Shown(pool)}', and may have 1 to 64 letters, digits, '_', '-' and '.'");
    }
}

/// <summary>A pool in a listing.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Definition">Its definition; null for one that is only used, with <see cref="PoolDefinition.DefaultSlots"/> slots.</param>
/// <param name="Taken">Slots that are taken. It may be more than there are after their number was lowered.</param>
/// <param name="Holders">How many hold slots.</param>
/// <param name="Waiters">How many wait in line. Large runs let only some of their tasks stand in line at once.</param>
public sealed record PoolUsage(string Name, PoolDefinition? Definition, int Taken, int Holders, int Waiters)
{
    /// <summary>How many slots there are.</summary>
    public int Slots => Definition?.Slots ?? PoolDefinition.DefaultSlots;
}

/// <summary>A pool with all who are at it.</summary>
public sealed record PoolView
{
    /// <summary>Its definition and counts.</summary>
    public required PoolUsage Usage { get; init; }

    /// <summary>Who holds slots, the longest first.</summary>
    public required ImmutableArray<PoolHolder> Holders { get; init; }

    /// <summary>Who waits, the next first.</summary>
    public required ImmutableArray<PoolWaiter> Waiters { get; init; }
}

/// <summary>One who holds slots.</summary>
/// <param name="Holder">What they are for.</param>
/// <param name="Slots">How many.</param>
/// <param name="Asked">When it asked.</param>
public sealed record PoolHolder(LeaseHolder Holder, int Slots, DateTimeOffset Asked);

/// <summary>One who waits.</summary>
/// <param name="Holder">What it waits for.</param>
/// <param name="Slots">How many slots it needs.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Asked">When it asked.</param>
public sealed record PoolWaiter(LeaseHolder Holder, int Slots, int Priority, DateTimeOffset Asked);

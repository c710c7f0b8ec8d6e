using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Names of ledgers. A ledger limits how many slots are taken at once, whoever takes them.</summary>
public static class PoolNames
{
    internal const string NamedPrefix = "pool:";

    /// <summary>A pool that authors name in their tasks.</summary>
    public static string Named(string pool) => NamedPrefix + pool;

    /// <summary>The runs of a DAG under way at once (<c>max_active_runs</c>).</summary>
    public static string RunsOf(string dag) => "dag:" + dag;

    /// <summary>The instances of a task at work at once for one key, over all runs.</summary>
    public static string KeyOf(string dag, string task, string key) => $"key:{dag}/{task}/{key}";

    /// <summary>The pool of a ledger that is named by one.</summary>
    internal static string PoolOf(string ledger) => ledger[NamedPrefix.Length..];

    internal static bool IsNamed(string ledger) => ledger.StartsWith(NamedPrefix, StringComparison.Ordinal);
}

/// <summary>Input of <see cref="ActivityNames.AcquirePools"/>: slots of several ledgers, all or none.</summary>
public sealed record AcquirePools
{
    /// <summary>Names the lease: the same id asked for twice is one lease. Made of run, task place and try; the same in all ledgers.</summary>
    public required string LeaseId { get; init; }

    /// <summary>The actor that takes the slots; a grant after a wait comes to its inbox.</summary>
    public required ActorId Owner { get; init; }

    /// <summary>What the slots are for.</summary>
    public required LeaseHolder Holder { get; init; }

    /// <summary>What is asked for; each ledger once.</summary>
    public required ImmutableArray<PoolAsk> Asks { get; init; }

    /// <summary>Who comes first at a full ledger: the higher number. Default 0.</summary>
    public int Priority { get; init; }

    /// <summary>Counts the changes of the priority: one who waits already is put elsewhere by a higher count only. Default 0.</summary>
    public int Change { get; init; }
}

/// <summary>Slots of one ledger.</summary>
/// <param name="Ledger">The ledger (<see cref="PoolNames"/>).</param>
/// <param name="Slots">How many, 1 or more; what is over the limit counts as the limit.</param>
/// <param name="Limit">The limit that the asker knows, which the ledger then takes over; null for the pool's definition, 128 when there is none.</param>
public sealed record PoolAsk(string Ledger, int Slots = 1, int? Limit = null);

/// <summary>What a lease is for: shown to those who wait, and checked by the reconciler.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Place">The task instance, as in <c>fit[AAA]</c>; null for the run itself.</param>
/// <param name="Try">The try, from 1; 0 for the run itself.</param>
public sealed record LeaseHolder(string RunId, string? Place = null, int Try = 0);

/// <summary>Result of <see cref="ActivityNames.AcquirePools"/>.</summary>
/// <param name="WaitsAt">Null when all slots are taken; else the ledger in whose queue the asker now stands, holding nothing.</param>
public sealed record AcquiredPools(string? WaitsAt)
{
    /// <summary>Whether all slots are taken.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Granted => WaitsAt is null;
}

/// <summary>
/// Body of the entry that tells a waiting asker of its turn: kind <see cref="Kind"/>. It then holds its slots of <see cref="Ledger"/> and asks
/// again for all with the same lease id; what it holds already is not counted twice.
/// </summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Ledger">The ledger in which it was granted.</param>
public sealed record PoolGrant(string LeaseId, string Ledger)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "pool-granted";
}

/// <summary>Input of <see cref="ActivityNames.ReleasePools"/> and <see cref="ActivityNames.AbandonWait"/>: gives back what the lease holds in these ledgers, and leaves their queues.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Ledgers">The ledgers.</param>
public sealed record ReleasePools(string LeaseId, ImmutableArray<string> Ledgers)
{
    /// <summary>What waits now without holding a worker: only pools that do not count it get their slots back. Null for what has ended.</summary>
    public OperatorKind? Waits { get; init; }
}

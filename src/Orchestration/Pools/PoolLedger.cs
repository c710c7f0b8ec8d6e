using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// Who holds the slots of a limit, and who waits for them. Pure: operations return the ledger that follows. A waiting one is never overtaken
/// by another of its own or a lower priority, so that one that needs many slots gets them too.
/// </summary>
public sealed record PoolLedger
{
    /// <summary>A ledger that nobody has asked.</summary>
    public static readonly PoolLedger Empty = new();

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>How many slots may be taken at once.</summary>
    public int Limit { get; init; }

    /// <inheritdoc cref="PoolDefinition" path="/param[@name='IncludeWaiting']"/>
    public bool? IncludeWaiting { get; init; }

    /// <summary>Who holds slots, in the order in which they got them.</summary>
    public ImmutableArray<Lease> Leases { get; init; } = [];

    /// <summary>Who waits, a queue for each actor and priority, so that what they share is written once.</summary>
    public ImmutableArray<WaitQueue> Waiting { get; init; } = [];

    /// <summary>Slots that are taken. It may be over the limit after the limit was lowered.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Taken => Leases.Sum(lease => lease.Slots);

    /// <summary>How many wait.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int WaiterCount => Waiting.Sum(queue => queue.Waiters.Length);

    /// <summary>Whether nobody holds or waits: such a ledger need not be kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsIdle => Leases.IsEmpty && Waiting.IsEmpty;

    /// <summary>Whether a lease holds its slots.</summary>
    public bool Holds(string leaseId) => Leases.Any(lease => lease.Id == leaseId);

    /// <summary>Whether a lease holds its slots or waits for them.</summary>
    public bool Knows(string leaseId) => Holds(leaseId) || Waiting.Any(queue => queue.Has(leaseId));

    /// <summary>Whether what waits without a worker goes on counting.</summary>
    public bool Counts(OperatorKind kind) => kind is OperatorKind.Run || (IncludeWaiting ?? kind is OperatorKind.Job);

    /// <summary>Sets the limit; what becomes free goes to those who wait.</summary>
    public PoolLedger WithLimit(int limit) => limit == Limit ? this : (this with { Limit = limit }).HandOver();

    /// <summary>Takes slots, or joins the queue. Nothing changes when the lease holds or waits already, or too many wait.</summary>
    /// <param name="ask">Who asks for what.</param>
    /// <param name="now">In ticks of UTC: the place in the queue.</param>
    public PoolLedger Acquire(LeaseAsk ask, long now)
    {
        if (Holds(ask.LeaseId)) return this;
        if (Waiting.FirstOrDefault(queue => queue.Has(ask.LeaseId)) is { } present) return WithPriority(present, ask);
        var order = Math.Max(now, Waiting.SelectMany(queue => queue.Waiters).Select(waiter => waiter.Order + 1).DefaultIfEmpty().Max());
        var waiter = new Waiter(ask.LeaseId, Math.Max(1, ask.Slots), ask.Holder, order, ask.Change);
        if (Waiting.All(queue => queue.Priority < ask.Priority) && Fits(waiter)) return this with { Leases = Leases.Add(LeaseOf(ask.Owner, waiter, told: true)) };

        return WaiterCount >= ask.MaxWaiting ? this : this with { Waiting = Waiting.With(ask.Owner, ask.Priority, waiter) };
    }

    /// <summary>Gives back what a lease holds, or leaves the queue. What becomes free goes to those who wait.</summary>
    public PoolLedger Release(string leaseId)
    {
        var leases = Leases.RemoveAll(lease => lease.Id == leaseId);
        var waiting = Waiting.Any(queue => queue.Has(leaseId))
            ? [.. Waiting.Select(queue => queue.Without(leaseId)).Where(queue => !queue.Waiters.IsEmpty)]
            : Waiting;
        return leases.Length == Leases.Length && waiting == Waiting ? this : (this with { Leases = leases, Waiting = waiting }).HandOver();
    }

    /// <summary>Notes that the owners of these leases know of them.</summary>
    public PoolLedger MarkTold(IReadOnlySet<string> leaseIds) =>
        Leases.Any(lease => !lease.Told && leaseIds.Contains(lease.Id))
            ? this with { Leases = [.. Leases.Select(lease => leaseIds.Contains(lease.Id) ? lease with { Told = true } : lease)] }
            : this;

    /// <summary>One who waits keeps its time of asking when its priority changes, and stands in line with the others by it.</summary>
    private PoolLedger WithPriority(WaitQueue queue, LeaseAsk ask)
    {
        var waiter = queue.Waiters.First(waiter => waiter.LeaseId == ask.LeaseId);
        if (ask.Change <= waiter.Change) return this;
        var rest = queue.Without(ask.LeaseId);
        var others = rest.Waiters.IsEmpty ? Waiting.Remove(queue) : Waiting.Replace(queue, rest);
        return (this with { Waiting = others.With(ask.Owner, ask.Priority, waiter with { Change = ask.Change }) }).HandOver();
    }

    private PoolLedger HandOver()
    {
        var ledger = this;
        while (ledger.Next() is { } queue && ledger.Fits(queue.Waiters[0]))
        {
            var first = queue.Waiters[0];
            var rest = queue.Without(first.LeaseId);
            ledger = ledger with
            {
                Leases = ledger.Leases.Add(LeaseOf(queue.Owner, first, told: false)),
                Waiting = rest.Waiters.IsEmpty ? ledger.Waiting.Remove(queue) : ledger.Waiting.Replace(queue, rest),
            };
        }
        return ledger;
    }

    private WaitQueue? Next() => Waiting.OrderByDescending(queue => queue.Priority).ThenBy(queue => queue.Waiters[0].Order).FirstOrDefault();

    // One that asks for more than there is gets all there is.
    private bool Fits(Waiter waiter) => Limit > 0 && Taken + Math.Min(waiter.Slots, Limit) <= Limit;

    private Lease LeaseOf(ActorId owner, Waiter waiter, bool told) => new(waiter.LeaseId, owner, Math.Min(waiter.Slots, Limit), waiter.Holder, waiter.Order, told);
}

/// <summary>Slots that are taken.</summary>
/// <param name="Id">The lease's id.</param>
/// <param name="Owner">The actor that took them.</param>
/// <param name="Slots">How many.</param>
/// <param name="Holder">What they are for.</param>
/// <param name="Order">When it was asked for, in ticks of UTC.</param>
/// <param name="Told">Whether the owner knows: false between a hand-over and the entry in its inbox.</param>
public sealed record Lease(string Id, ActorId Owner, int Slots, LeaseHolder Holder, long Order, bool Told);

/// <summary>Those of one actor and priority who wait, first come first.</summary>
/// <param name="Owner">The actor.</param>
/// <param name="Priority">Higher numbers come first.</param>
/// <param name="Waiters">At least one.</param>
public sealed record WaitQueue(ActorId Owner, int Priority, ImmutableArray<Waiter> Waiters)
{
    internal bool Has(string leaseId) => Waiters.Any(waiter => waiter.LeaseId == leaseId);

    internal WaitQueue Without(string leaseId) => this with { Waiters = Waiters.RemoveAll(waiter => waiter.LeaseId == leaseId) };
}

/// <summary>One who waits.</summary>
/// <param name="LeaseId">The lease to be.</param>
/// <param name="Slots">How many slots it needs.</param>
/// <param name="Holder">What they are for.</param>
/// <param name="Order">When it was asked for, in ticks of UTC; no two are equal.</param>
/// <param name="Change">Counts the changes of its priority.</param>
public sealed record Waiter(string LeaseId, int Slots, LeaseHolder Holder, long Order, int Change = 0);

/// <summary>Who asks a ledger for slots.</summary>
public sealed record LeaseAsk(string LeaseId, ActorId Owner, LeaseHolder Holder, int Slots, int Priority)
{
    /// <summary>Joins the queue only if fewer wait there. Default no bound.</summary>
    public int MaxWaiting { get; init; } = int.MaxValue;

    /// <inheritdoc cref="AcquirePools.Change"/>
    public int Change { get; init; }
}

internal static class WaitQueues
{
    /// <summary>The queues with one more who waits, in its place by the time of asking.</summary>
    public static ImmutableArray<WaitQueue> With(this ImmutableArray<WaitQueue> queues, ActorId owner, int priority, Waiter waiter)
    {
        if (queues.FirstOrDefault(queue => queue.Owner == owner && queue.Priority == priority) is not { } queue) return queues.Add(new(owner, priority, [waiter]));
        var at = queue.Waiters.Length;
        while (at > 0 && queue.Waiters[at - 1].Order > waiter.Order) at--;
        return queues.Replace(queue, queue with { Waiters = queue.Waiters.Insert(at, waiter) });
    }
}

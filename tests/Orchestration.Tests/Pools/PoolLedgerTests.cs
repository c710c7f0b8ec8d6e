namespace Updraft.Orchestration.Tests;

public sealed class PoolLedgerTests
{
    private static readonly ActorId Run = new("run", "runs/one/");

    private static LeaseAsk Ask(string id, int slots = 1, int priority = 0, ActorId? owner = null) => new(id, owner ?? Run, new("one", id, 1), slots, priority);

    private static PoolLedger Ledger(int limit, params LeaseAsk[] asks) => asks.Aggregate(PoolLedger.Empty.WithLimit(limit), (ledger, ask) => ledger.Acquire(ask, 0));

    private static IEnumerable<string> Holders(PoolLedger ledger) => ledger.Leases.Select(lease => lease.Id);

    [Fact]
    public void Acquire_Room_TakesSlots() => Assert.Equal(["a", "b"], Holders(Ledger(2, Ask("a"), Ask("b"), Ask("c"))));

    [Fact]
    public void Acquire_SameLeaseTwice_CountsOnce() => Assert.Equal(1, Ledger(2, Ask("a"), Ask("a")).Taken);

    [Fact]
    public void Acquire_WaitingLeaseAgain_KeepsItsPlace() =>
        Assert.Equal(["b"], Holders(Ledger(1, Ask("a"), Ask("b"), Ask("c"), Ask("b")).Release("a")));

    [Fact]
    public void Release_HandsOverFirstComeFirst() =>
        Assert.Equal(["c"], Holders(Ledger(1, Ask("a"), Ask("b"), Ask("c")).Release("a").Release("b")));

    [Fact]
    public void Release_HandsOverToTheHigherPriority() => Assert.Equal(["c"], Holders(Ledger(1, Ask("a"), Ask("b"), Ask("c", priority: 5)).Release("a")));

    [Fact]
    public void Release_FirstComeFirstAlsoAmongRuns()
    {
        var other = new ActorId("run", "runs/two/");
        var ledger = Ledger(1, Ask("a"), Ask("b"), Ask("x", owner: other), Ask("c"));

        Assert.Equal(["x"], Holders(ledger.Release("a").Release("b")));
    }

    [Fact]
    public void Release_OneThatNeedsMany_IsNotOvertaken()
    {
        var ledger = Ledger(3, Ask("a"), Ask("b"), Ask("big", slots: 3), Ask("c"));

        ledger = ledger.Release("a");
        Assert.Equal(["b"], Holders(ledger));
        ledger = ledger.Release("b");
        Assert.Equal(["big"], Holders(ledger));
        Assert.Equal(["c"], Holders(ledger.Release("big")));
    }

    [Fact]
    public void Acquire_MoreThanThereIs_GetsAllThereIs() => Assert.Equal(2, Ledger(2, Ask("a", slots: 9)).Taken);

    [Fact]
    public void Release_Waiting_LeavesTheQueue() => Assert.True(Ledger(1, Ask("a"), Ask("b")).Release("b").Release("a").IsIdle);

    [Fact]
    public void Release_Unknown_ChangesNothing()
    {
        var ledger = Ledger(1, Ask("a"));

        Assert.Same(ledger, ledger.Release("z"));
    }

    [Fact]
    public void WithLimit_Raised_LetsWaitingIn() => Assert.Equal(["a", "b", "c"], Holders(Ledger(1, Ask("a"), Ask("b"), Ask("c")).WithLimit(3)));

    [Fact]
    public void WithLimit_Lowered_LetsNobodyInUntilThereIsRoom()
    {
        var ledger = Ledger(3, Ask("a"), Ask("b"), Ask("c"), Ask("d")).WithLimit(1);

        Assert.Equal(["c"], Holders(ledger.Release("a").Release("b")));
        Assert.Equal(["d"], Holders(ledger.Release("a").Release("b").Release("c")));
    }

    [Fact]
    public void Release_HandedOver_IsUntoldUntilMarked()
    {
        var ledger = Ledger(1, Ask("a"), Ask("b")).Release("a");
        Assert.False(ledger.Leases[0].Told);

        Assert.True(ledger.MarkTold(new HashSet<string> { "b" }).Leases[0].Told);
    }

    [Fact]
    public void AnyOperations_KeepTheLimitAndTheOrder()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var ledger = PoolLedger.Empty.WithLimit(random.Next(1, 5));
            var asked = new Dictionary<string, (int Priority, int Order)>();
            for (var step = 0; step < 60; step++)
            {
                var before = Holders(ledger).ToHashSet();
                var waited = ledger.Waiting.SelectMany(queue => queue.Waiters).Select(waiter => waiter.LeaseId).ToHashSet();
                if (random.Next(2) == 0)
                {
                    asked[$"{step}"] = (random.Next(3), step);
                    ledger = ledger.Acquire(Ask($"{step}", random.Next(1, 4), asked[$"{step}"].Priority, new("run", $"runs/{random.Next(3)}/")), step);
                }
                else
                {
                    ledger = ledger.Release($"{random.Next(step + 1)}");
                }
                Assert.True(ledger.Taken <= ledger.Limit);
                var waiting = ledger.Waiting.SelectMany(queue => queue.Waiters).Select(waiter => asked[waiter.LeaseId]).ToList();
                // Whoever got in came before everyone who still waits.
                foreach (var granted in Holders(ledger).Where(id => !before.Contains(id)).Select(id => asked[id]))
                    Assert.DoesNotContain(waiting, other => other.Priority > granted.Priority || (other.Priority == granted.Priority && other.Order < granted.Order));
                // Nobody waits for what is free.
                var first = ledger.Waiting.OrderByDescending(queue => queue.Priority).ThenBy(queue => queue.Waiters[0].Order).FirstOrDefault();
                if (first is not null) Assert.True(ledger.Taken + Math.Min(first.Waiters[0].Slots, ledger.Limit) > ledger.Limit);
            }
        }
    }
}

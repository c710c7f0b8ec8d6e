using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class PoolClientTests
{
    private readonly SimulatedHost _host = new(inOrder: true);
    private readonly PoolClient _pools;

    public PoolClientTests()
    {
        _pools = new PoolClient(_host.Store, _host.Runtime.Ledgers);
        _host.Simulator.Run(() => _host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromDays(1) }));
    }

    private Task<AcquiredPools> AskAsync(string lease, string pool = "db", int slots = 1, int priority = 0, int change = 0) => _host.Runtime.Ledgers.AcquireAsync(new()
    {
        LeaseId = lease, Owner = SimulatedHost.Id, Holder = new("r", lease, 1), Asks = [new PoolAsk(PoolNames.Named(pool), slots)], Priority = priority, Change = change,
    });

    [Fact]
    public void Get_Used_ShowsHoldersAndWaitersInTheirOrder() => _host.Simulator.Run(async () =>
    {
        await _pools.SetAsync("db", new PoolDefinition(2, "the database"));
        await AskAsync("a", slots: 2);
        await AskAsync("b");
        await AskAsync("c", priority: 5);
        await AskAsync("d");

        var view = await _pools.GetAsync("db");
        Assert.Equal((2, 2, 1, 3, "the database"), (view.Usage.Slots, view.Usage.Taken, view.Usage.Holders, view.Usage.Waiters, view.Usage.Definition!.Description));
        Assert.Equal(["a"], view.Holders.Select(holder => holder.Holder.Place));
        Assert.Equal(["c", "b", "d"], view.Waiters.Select(waiter => waiter.Holder.Place));
    });

    [Fact]
    public void List_DefinedAndUsed_CountsInOneListing() => _host.Simulator.Run(async () =>
    {
        await _pools.SetAsync("idle", new PoolDefinition(3));
        await _pools.SetAsync("db", new PoolDefinition(1));
        await AskAsync("a");
        await AskAsync("b");
        await AskAsync("c", pool: "free");
        await _host.Runtime.Ledgers.AcquireAsync(new() { LeaseId = "k", Owner = SimulatedHost.Id, Holder = new("r"), Asks = [new PoolAsk("key:db/x/y", 1, 1)] });

        Assert.Equal(
            [new PoolUsage("db", new PoolDefinition(1), 1, 1, 1), new PoolUsage("free", null, 1, 1, 0), new PoolUsage("idle", new PoolDefinition(3), 0, 0, 0)],
            await _pools.ListAsync());
    });

    [Fact]
    public void Set_MoreSlots_GoToThoseWhoWait() => _host.Simulator.Run(async () =>
    {
        await _pools.SetAsync("db", new PoolDefinition(0));
        await AskAsync("a");
        Assert.Equal(1, (await _pools.GetAsync("db")).Usage.Waiters);
        await _pools.SetAsync("db", new PoolDefinition(1));
        Assert.Equal(1, (await _pools.GetAsync("db")).Usage.Holders);
        Assert.True(await _pools.DeleteAsync("db"));
        Assert.False(await _pools.DeleteAsync("db"));
        Assert.Equal(PoolDefinition.DefaultSlots, (await _pools.GetAsync("db")).Usage.Slots);
    });

    [Fact]
    public void Acquire_WithAnotherPriority_MovesInLineByTimeOfAsking() => _host.Simulator.Run(async () =>
    {
        await _pools.SetAsync("db", new PoolDefinition(1));
        foreach (var lease in new[] { "holder", "a", "b", "c" }) await AskAsync(lease);
        await AskAsync("c", priority: 1, change: 1);
        await AskAsync("b", priority: 1, change: 1);
        Assert.Equal(["b", "c", "a"], (await _pools.GetAsync("db")).Waiters.Select(waiter => waiter.Holder.Place));
        // A repetition of the first ask that comes late changes nothing.
        await AskAsync("b");
        Assert.Equal(["b", "c", "a"], (await _pools.GetAsync("db")).Waiters.Select(waiter => waiter.Holder.Place));
    });

    [Theory]
    [InlineData(null, OperatorKind.Job, true)]
    [InlineData(null, OperatorKind.Sensor, false)]
    [InlineData(true, OperatorKind.Sensor, true)]
    [InlineData(false, OperatorKind.Job, false)]
    public void Release_OfWhatWaits_FollowsTheDefinition(bool? includeWaiting, OperatorKind kind, bool stays) => _host.Simulator.Run(async () =>
    {
        await _pools.SetAsync("db", new PoolDefinition(1, IncludeWaiting: includeWaiting));
        await AskAsync("a");
        await _host.Runtime.Ledgers.ReleaseAsync(new("a", [PoolNames.Named("db")]) { Waits = kind });

        Assert.Equal(stays ? 1 : 0, (await _pools.GetAsync("db")).Usage.Taken);
    });

    [Theory]
    [InlineData("", 1)]
    [InlineData("a b", 1)]
    [InlineData("a\0", 1)]
    [InlineData("db", -1)]
    [InlineData("db", 2_000_000)]
    public void Set_Wrong_IsRefused(string pool, int slots) => _host.Simulator.Run(async () =>
        await DagCatalogueTests.RefusedAsync(PoolErrors.Refused, () => _pools.SetAsync(pool, new PoolDefinition(slots))));
}

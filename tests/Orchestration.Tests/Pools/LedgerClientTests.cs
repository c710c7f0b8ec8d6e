namespace Updraft.Orchestration.Tests;

public sealed class LedgerClientTests
{
    private const string Spark = "pool:spark";

    private static AcquirePools Ask(string lease, params PoolAsk[] asks) => new() { LeaseId = lease, Owner = SimulatedHost.Id, Holder = new("one", lease, 1), Asks = [.. asks] };

    private static async Task<SimulatedHost> HostAsync(SimulatedHost host)
    {
        await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromDays(1) });
        return host;
    }

    [Fact]
    public void Acquire_NamedPoolWithoutDefinition_Has128Slots()
    {
        var host = new SimulatedHost();
        var granted = host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            var answers = await Task.WhenAll(Enumerable.Range(0, 130).Select(n => host.Runtime.Ledgers.AcquireAsync(Ask($"{n}", new PoolAsk(Spark)))));
            return answers.Count(answer => answer.Granted);
        });

        Assert.Equal(PoolDefinition.DefaultSlots, granted);
    }

    [Fact]
    public void Acquire_DefinitionChanges_TheLedgerFollows()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            await host.Store.PutAsync(PoolPaths.Definition(Spark), new PoolDefinition(1), WriteCondition.None);
            Assert.True((await host.Runtime.Ledgers.AcquireAsync(Ask("a", new PoolAsk(Spark)))).Granted);
            Assert.Equal(Spark, (await host.Runtime.Ledgers.AcquireAsync(Ask("b", new PoolAsk(Spark)))).WaitsAt);
            await host.Store.PutAsync(PoolPaths.Definition(Spark), new PoolDefinition(2), WriteCondition.None);
            await host.Runtime.Ledgers.RefreshAsync(Spark);
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
        });

        Assert.Single(host.State().Told);
    }

    [Fact]
    public void Acquire_HundredAtOnce_CostsFewWrites()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            var before = host.Store.Writes;
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => host.Runtime.Ledgers.AcquireAsync(Ask($"{n}", new PoolAsk(Spark)))));
            Assert.InRange(host.Store.Writes - before, 1, 4);
        });
    }

    [Fact]
    public void Acquire_SecondPoolIsFull_HoldsNothingAndWaitsThereAlone()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            var ledgers = host.Runtime.Ledgers;
            await ledgers.AcquireAsync(Ask("a", new PoolAsk("key:b", 1, 1)));
            var answer = await ledgers.AcquireAsync(Ask("x", new PoolAsk("key:b", 1, 1), new PoolAsk("key:a", 1, 1), new PoolAsk("key:c", 1, 1)));

            Assert.Equal("key:b", answer.WaitsAt);
            Assert.True((await ledgers.GetAsync("key:a")).IsIdle);
            Assert.True((await ledgers.GetAsync("key:c")).IsIdle);

            await ledgers.ReleaseAsync(new("a", ["key:b"]));
            Assert.True((await ledgers.AcquireAsync(Ask("x", new PoolAsk("key:b", 1, 1), new PoolAsk("key:a", 1, 1), new PoolAsk("key:c", 1, 1)))).Granted);
            Assert.Equal(1, (await ledgers.GetAsync("key:b")).Taken);
        });
    }

    [Fact]
    public void Release_LastOne_LeavesNoDocument()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            await host.Runtime.Ledgers.AcquireAsync(Ask("a", new PoolAsk("key:x", 1, 1)));
            await host.Runtime.Ledgers.ReleaseAsync(new("a", ["key:x"]));
        });

        Assert.DoesNotContain(host.Store.Paths, path => path.StartsWith(PoolPaths.All, StringComparison.Ordinal));
    }

    [Fact]
    public void Reconcile_LeaseOfATryThatEnded_IsFreed()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await HostAsync(host);
            var ledgers = host.Runtime.Ledgers;
            await ledgers.AcquireAsync(Ask("lost", new PoolAsk("key:x", 1, 1)));
            await ledgers.AcquireAsync(Ask("next", new PoolAsk("key:x", 1, 1)));
            await host.Runtime.LedgerReconciler.RunOnceAsync(lease => Task.FromResult(lease.Id == "lost"));
            Assert.True((await ledgers.GetAsync("key:x")).Holds("lost"));
            await Task.Delay(TimeSpan.FromMinutes(1), host.Simulator.Time);
            await host.Runtime.LedgerReconciler.RunOnceAsync(lease => Task.FromResult(lease.Id == "lost"));
            Assert.True((await ledgers.GetAsync("key:x")).Holds("next"));
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
        });

        Assert.Single(host.State().Told);
    }

    /// <summary>I9: never more than the slots, and every slot free once nothing runs. Two processes, failing store, every step by chance.</summary>
    [Fact]
    public void AnyWork_NeverExceedsTheLimitsAndLeaksNothing()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var host = new SimulatedHost(seed);
            LedgerClient[] processes = [host.Runtime.Ledgers, new(host.Store, host.Actors, host.Simulator.Time, host.Simulator.Random.NextDouble)];
            var limits = new Dictionary<string, int> { ["key:a"] = 1, ["key:b"] = 2, ["key:c"] = 3 };
            var held = limits.Keys.ToDictionary(name => name, _ => 0);
            var granted = new HashSet<string>();
            host.Store.After = what =>
            {
                if (what.StartsWith("put tallies/one/inbox/", StringComparison.Ordinal)) granted.Add(what);
            };
            host.Simulator.Run(async () =>
            {
                await HostAsync(host);
                host.Store.Faults = 0.05;
                await Task.WhenAll(Enumerable.Range(0, 15).Select(WorkAsync));
                host.Store.Faults = 0;
                foreach (var name in limits.Keys) await host.Runtime.Ledgers.RefreshAsync(name);
                foreach (var name in limits.Keys) Assert.True((await host.Runtime.Ledgers.GetAsync(name)).IsIdle, $"{name} is not free (seed {seed})");

                async Task WorkAsync(int n)
                {
                    var random = host.Simulator.Random;
                    var client = processes[n % 2];
                    var wants = limits.Keys.Where(_ => random.Next(2) == 0).DefaultIfEmpty("key:a").ToArray();
                    var ask = Ask($"{n}", [.. wants.Select(name => new PoolAsk(name, random.Next(1, 3), limits[name]))]);
                    await Task.Delay(TimeSpan.FromSeconds(random.Next(10)), host.Simulator.Time);
                    // Asking again stands for the grant that a run finds in its inbox.
                    while (!await TryAsync()) await Task.Delay(TimeSpan.FromSeconds(1), host.Simulator.Time);
                    foreach (var use in ask.Asks) Assert.True((held[use.Ledger] += Math.Min(use.Slots, limits[use.Ledger])) <= limits[use.Ledger], $"{use.Ledger} is overdrawn (seed {seed})");
                    await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 5)), host.Simulator.Time);
                    foreach (var use in ask.Asks) held[use.Ledger] -= Math.Min(use.Slots, limits[use.Ledger]);
                    await ActorLoopTests.UntilAsync(() => client.ReleaseAsync(new(ask.LeaseId, [.. wants])));

                    async Task<bool> TryAsync()
                    {
                        try
                        {
                            return (await client.AcquireAsync(ask)).Granted;
                        }
                        catch (IOException)
                        {
                            return false;
                        }
                    }
                }
            });
        }
    }
}

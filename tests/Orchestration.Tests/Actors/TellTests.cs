namespace Updraft.Orchestration.Tests;

/// <summary>Nothing told to an actor is lost or taken twice, whenever it is told, in particular while the actor ends.</summary>
public sealed class TellTests
{
    // Of each of three ways.
    private static readonly int Seeds = (Depth.IsFull ? 10_000 : 2_000) / 3 + 1;

    [Fact]
    public void Tell_AtEveryStoreCallOfARun_IsTakenOnce()
    {
        var points = 0;
        for (var k = 0; Enumerable.Range(0, 10).Select(seed => TellAt(k, seed)).ToArray().Any(wasTold => wasTold); k++) points++;

        Assert.InRange(points, 12, 40);
    }

    [Fact]
    public void Tell_WholeBetweenAnyTwoStoreCallsOfARun_IsTakenOnce()
    {
        var k = 0;
        while (TellAt(k, seed: 1, held: true)) k++;

        Assert.InRange(k, 12, 40);
    }

    /// <summary>False when the run made fewer calls.</summary>
    private static bool TellAt(int k, int seed, bool held = false)
    {
        var host = new SimulatedHost(seed);
        var calls = 0;
        Task<bool>? telling = null;
        host.Store.Gate = _ =>
        {
            if (calls++ != k) return Task.CompletedTask;
            telling = host.TellAsync("a", "more");
            return held ? telling : Task.CompletedTask;
        };
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 2 });
            await host.EndAsync(found => telling is null || found.Told.Count > 0 || telling is { IsCompletedSuccessfully: true, Result: false });
        });
        host.Simulator.Settle(TimeSpan.FromMinutes(10));
        if (telling is null) return false;
        // What is told before the request is there finds nobody.
        if (!telling.Result) return true;
        Assert.Equal(["a"], host.State().Told);
        Assert.Equal(3, host.State().Chained);
        Assert.Empty(host.Leftovers());
        return true;
    }

    [Theory]
    [InlineData(false, 0.0)]
    [InlineData(true, 0.0)]
    [InlineData(true, 0.02)]
    public void Tell_ManyAtAnyTime_AllAreTakenOnce(bool weak, double faults)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var host = new SimulatedHost(seed, weak: weak, options: new() { MaxEvents = 30 }) { Store = { Faults = faults } };
            var names = Enumerable.Range(0, 12).Select(n => $"n{n:D2}").ToArray();
            var random = host.Simulator.Random;
            var state = host.Simulator.Run(async () =>
            {
                await ActorLoopTests.UntilAsync(() => host.StartAsync(new() { Chain = 4, Takes = TimeSpan.FromSeconds(1) }));
                await Task.WhenAll(names.Select(async name =>
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(6_000)), host.Simulator.Time);
                    await ActorLoopTests.UntilAsync(() => host.TellAsync(name, "more"));
                }));
                return await host.EndAsync(found => found.Told.Count == names.Length);
            });
            Assert.Equal(names, state.Told.Order());
            Assert.Equal(16, state.Chained);
            host.Store.Faults = 0;
            host.Simulator.Settle(TimeSpan.FromDays(2));
            Assert.Equal(names, host.State().Told.Order());
            for (var i = 0; i < 3; i++)
            {
                host.Simulator.Run(() => host.Runtime.Reconciler.RunOnceAsync());
                host.Simulator.Settle(TimeSpan.FromDays(2));
            }
            Assert.Equal(names, host.State().Told.Order());
            Assert.Empty(host.Leftovers());
        }
    }

    [Fact]
    public void Tell_AfterTheEnd_OpensTheNextGeneration()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1 });
            await host.EndAsync();
            await host.TellAsync("again", "more");
            return await host.EndAsync(state => state.Chained == 2);
        });

        var head = host.Simulator.Run(() => host.Actors.GetHeadAsync(SimulatedHost.Id));

        Assert.Equal(2, head!.Generation);
        Assert.Equal(2, host.Engine.InstanceIds.Count());
        Assert.Empty(host.Leftovers());
    }

    [Fact]
    public void Tell_NoSuchActor_StoresNothing()
    {
        var host = new SimulatedHost();

        Assert.False(host.Simulator.Run(() => host.TellAsync("a")));

        Assert.Empty(host.Store.Paths);
    }

    [Fact]
    public void Tell_EntryRepeatedLongAfterItWasTaken_IsNotTakenAgain()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromHours(1) });
            await host.TellAsync("a", "more");
            await Task.Delay(TimeSpan.FromMinutes(5), host.Simulator.Time);
            await host.TellAsync("a", "more");
            return await host.EndAsync();
        });

        Assert.Equal(2, host.State().Chained);
    }
}

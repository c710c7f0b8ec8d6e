namespace Updraft.Orchestration.Tests;

public sealed class ReconcilerTests
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    [Fact]
    public void RunOnce_StartLostByACrash_StartsTheActor()
    {
        var host = new SimulatedHost(inOrder: true) { Engine = { LoseNextStart = true } };
        host.Simulator.Run(() => Assert.ThrowsAsync<IOException>(() => host.StartAsync(new() { Chain = 1 })));
        Assert.Empty(host.Engine.InstanceIds);

        var state = host.Simulator.Run(async () =>
        {
            await Task.Delay(Later, host.Simulator.Time);
            await host.Runtime.Reconciler.RunOnceAsync();
            return await host.EndAsync();
        });

        Assert.Equal(1, state.Chained);
        Assert.Empty(host.Leftovers());
    }

    [Fact]
    public void RunOnce_StartOfTheNextGenerationLost_StartsIt()
    {
        var host = new SimulatedHost(inOrder: true);
        var state = host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1 });
            await host.EndAsync();
            host.Engine.LoseNextStart = true;
            await Assert.ThrowsAsync<IOException>(() => host.TellAsync("a", "more"));
            await Task.Delay(Later, host.Simulator.Time);
            await host.Runtime.Reconciler.RunOnceAsync();
            return await host.EndAsync(found => found.Told.Count == 1);
        });

        Assert.Equal(2, state.Chained);
        Assert.Empty(host.Leftovers());
    }

    [Fact]
    public void RunOnce_HintLost_HintsAgainAfterHalfAMinute()
    {
        var host = new SimulatedHost(inOrder: true) { Engine = { Deaf = true } };
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromHours(2) });
            await Task.Delay(TimeSpan.FromSeconds(70), host.Simulator.Time); // The safety timer now waits two minutes.
            await host.TellAsync("a");
            host.Engine.Deaf = false;
            await host.Runtime.Reconciler.RunOnceAsync();
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
        });
        Assert.Empty(host.State().Told);

        host.Simulator.Run(async () =>
        {
            await Task.Delay(Reconciler.Patience, host.Simulator.Time);
            await host.Runtime.Reconciler.RunOnceAsync();
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
        });

        Assert.Equal(["a"], host.State().Told);
    }

    [Fact]
    public void RunOnce_StartIsStillBeingMade_LeavesItAlone()
    {
        var host = new SimulatedHost(inOrder: true) { Engine = { LoseNextStart = true } };
        host.Simulator.Run(async () =>
        {
            await Assert.ThrowsAsync<IOException>(() => host.StartAsync(new() { Chain = 1 }));
            await host.Runtime.Reconciler.RunOnceAsync();
        });

        Assert.Empty(host.Engine.InstanceIds);
        Assert.Single(host.Leftovers());
    }

    [Fact]
    public void RunOnce_ActorSeenStarted_OnlyItsHeadIsReadAgain()
    {
        var host = new SimulatedHost(inOrder: true);
        var reads = 0;
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromHours(1) });
            await Task.Delay(Later, host.Simulator.Time);
            await host.Runtime.Reconciler.RunOnceAsync();
            host.Store.Before = what => reads += what.StartsWith("get", StringComparison.Ordinal) ? 1 : 0;
            await host.Runtime.Reconciler.RunOnceAsync();
        });

        Assert.Equal(1, reads);
    }

    [Fact]
    public void Start_CrashAtEveryWrite_IsMadeGoodByAskingAgain()
    {
        for (var k = 0; ; k++)
        {
            var host = new SimulatedHost(inOrder: true);
            var writes = 0;
            host.Store.After = what =>
            {
                if (what.StartsWith("put", StringComparison.Ordinal) && writes++ == k) throw new IOException("crash");
            };
            var crashed = host.Simulator.Run(async () =>
            {
                try
                {
                    await host.StartAsync(new() { Chain = 1 });
                    return false;
                }
                catch (IOException)
                {
                    return true;
                }
            });
            host.Store.After = null;
            var state = host.Simulator.Run(async () =>
            {
                if (crashed) await host.StartAsync(new() { Chain = 1 });
                return await host.EndAsync();
            });
            host.Simulator.Settle(Later);
            Assert.Equal(1, host.Count("step"));
            Assert.Equal(1, state.Executions);
            Assert.Empty(host.Leftovers());
            if (!crashed) return;
        }
    }
}

namespace Updraft.Orchestration.Tests;

public sealed class StartTests
{
    [Fact]
    public void Start_FortyAtOnce_MakesOneActorOfTheFirstRequest()
    {
        var host = new SimulatedHost(seed: 7);
        var started = host.Simulator.Run(() => Task.WhenAll(Enumerable.Range(1, 40).Select(n => host.StartAsync(new() { Chain = n, Takes = TimeSpan.FromSeconds(1) }))));

        Assert.Single(started, start => start.Created);
        Assert.Single(started.Select(start => start.Request.GetRawText()).Distinct());
        Assert.Single(host.Engine.InstanceIds);
    }

    [Fact]
    public void Start_ActorHasEnded_LeavesItEnded()
    {
        var host = new SimulatedHost(inOrder: true);
        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1 });
            await host.EndAsync();
            var again = await host.StartAsync(new() { Chain = 9 });
            Assert.False(again.Created);
            Assert.Equal(1, again.Request.GetProperty("chain").GetInt32());
        });
        host.Simulator.Settle(TimeSpan.FromHours(1));

        Assert.Equal(1, host.Count("step"));
        Assert.Empty(host.Leftovers());
    }
}

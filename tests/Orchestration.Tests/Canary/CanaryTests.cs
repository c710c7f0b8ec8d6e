using System.Text.Json;

namespace Updraft.Orchestration.Tests;

public sealed class CanaryTests
{
    private static readonly ActorId Canary = CanaryKind.IdOf("default");

    private static SimulatedHost Started(TimeSpan runs, ActorLoopOptions? options = null)
    {
        var host = new SimulatedHost(inOrder: true, options: options, kinds: new CanaryKind());
        host.Simulator.Run(() => host.Actors.StartAsync(new() { Id = Canary, Request = NoBody.Json }));
        host.Simulator.Settle(runs);
        return host;
    }

    private static Heartbeat? Read(SimulatedHost host) =>
        host.Simulator.Run(async () => (await host.Store.GetAsync<Heartbeat>(Heartbeat.PathOf("default")))?.Value);

    [Fact]
    public void Canary_Running_BeatsOnceAMinute()
    {
        var host = Started(TimeSpan.FromMinutes(10.5));

        Assert.Equal(10, host.Count(ActivityNames.Heartbeat));
        Assert.Equal(TimeSpan.Zero, Read(host)!.TimerLag);
        Assert.Equal(TimeSpan.Zero, Read(host)!.ActivityLag);
    }

    [Fact]
    public void Canary_RunningLong_ContinuesAsNewAndGoesOn()
    {
        var host = Started(TimeSpan.FromHours(2), new() { MaxEvents = 50 });

        Assert.InRange(host.Count(ActivityNames.Heartbeat), 115, 120);
        Assert.True(host.Engine.Of(ActorInstanceId.Of(Canary, 1)).Execution > 3);
        Assert.Equal(JsonValueKind.Object, host.Simulator.Run(() => host.Actors.GetHeadAsync(Canary))!.Body.ValueKind);
    }

    [Fact]
    public void Heartbeat_Late_TellsHowLate()
    {
        var due = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        var beat = Heartbeat.Of(new("default", due, due.AddSeconds(2)), due.AddSeconds(5));

        Assert.Equal((2, 3), (beat.TimerLag.TotalSeconds, beat.ActivityLag.TotalSeconds));
    }
}

using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

public sealed class ShowHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Health_ServedWithFreshBeats_IsWell()
    {
        var health = Health(Beat(TimeSpan.FromSeconds(40)));

        Assert.True(ShowHealth.IsHealthy(health));
        Assert.Contains(ShowHealth.Lines(health), line => line.Contains("beat 40s ago", StringComparison.Ordinal) && line.Contains("timer lag 12ms", StringComparison.Ordinal));
    }

    [Fact]
    public void Health_JustServed_IsWell() => Assert.True(ShowHealth.IsHealthy(new HealthDetails(HealthStatus.Healthy, "here", Now, true, null, null)));

    [Fact]
    public void Health_WhatIsWrong_IsNotWell()
    {
        Assert.False(ShowHealth.IsHealthy(Health(Beat(TimeSpan.FromMinutes(10)))));
        Assert.False(ShowHealth.IsHealthy(Health(Beat(TimeSpan.FromSeconds(1)) with { Alert = "heartbeat-stopped-1" })));
        Assert.False(ShowHealth.IsHealthy(Health(Beat(TimeSpan.FromSeconds(1))) with { Serving = false }));
        Assert.False(ShowHealth.IsHealthy(Health(Beat(TimeSpan.FromSeconds(1))) with { Storage = "the disk is full" }));
    }

    private static LaneHealth Beat(TimeSpan ago) => new("default", new Heartbeat(Now - ago, TimeSpan.FromMilliseconds(12), TimeSpan.Zero), null);

    private static HealthDetails Health(LaneHealth lane) => new(HealthStatus.Healthy, "here", Now, true, new WatchdogReport { At = Now - TimeSpan.FromSeconds(30), Lanes = [lane] }, null);
}

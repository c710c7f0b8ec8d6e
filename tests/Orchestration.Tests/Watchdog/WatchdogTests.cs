namespace Updraft.Orchestration.Tests;

public sealed class WatchdogTests
{
    private static bool IsTold(Message message) => message is Told;

    [Fact]
    public async Task RunOnce_OrchestrationVanishedLater_StartsItAgain()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.StartAsync("a");
        await actors.LookAsync();
        var instance = ActorInstanceId.Of(WatchedActors.IdOf("a"), 1);
        await actors.Client.TerminateInstanceAsync(instance);
        await actors.Client.PurgeInstanceAsync(instance);

        Assert.Equal(1, (await actors.LookAsync()).Started);
        await actors.TellAsync("a", "end");
        Assert.True((await actors.HeadAsync("a"))!.Final);
    }

    [Fact]
    public async Task RunOnce_ManyOpen_LooksAgainAtAllInTurnAndReadsFewAtATime()
    {
        await using var actors = await WatchedActors.StartAsync();
        for (var n = 0; n < 250; n++) await actors.StartAsync($"a{n}");
        await actors.LookAsync();
        await actors.LookAsync();
        var last = ActorInstanceId.Of(WatchedActors.IdOf("a99"), 1);
        await actors.Client.TerminateInstanceAsync(last);
        await actors.Client.PurgeInstanceAsync(last);

        var started = new List<int>();
        for (var pass = 0; pass < 3; pass++) started.Add((await actors.LookAsync()).Started);
        Assert.Equal(1, started.Sum());
    }

    [Fact]
    public async Task RunOnce_DefectThatPasses_GoesOnFromTheDocuments()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.StartAsync("a", needs: 2);
        await actors.TellAsync("a", "first");
        await actors.PassAsync(TimeSpan.FromSeconds(10));
        actors.Kind.Throws = IsTold;
        await actors.TellAsync("a", "second");
        Assert.Equal(["a Failed"], await actors.InstancesAsync());

        actors.Kind.Throws = _ => false;
        Assert.Equal(1, (await actors.LookAsync()).StartedAgain);

        var head = (await actors.HeadAsync("a"))!;
        Assert.Equal((true, 2, 2), (head.Final, head.Generation, head.Body.GetInt32()));
        Assert.Equal(["a Completed"], await actors.InstancesAsync());
        Assert.Empty((await actors.Runtime.Alerts.ListAsync()).Alerts);
    }

    [Fact]
    public async Task RunOnce_DefectThatStays_IsSetAsideAfterThreeTimesWithOneAlertAndTheOthersGoOn()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.StartAsync("heir");
        actors.Kind.Heir = WatchedActors.IdOf("heir");
        await actors.StartAsync("a");
        actors.Kind.Throws = message => message is Told { Id: "poison" };
        await actors.TellAsync("a", "poison");

        var reports = new List<WatchdogReport>();
        for (var pass = 0; pass < 6; pass++) reports.Add(await actors.LookAsync());

        Assert.Equal([1, 1, 1, 0, 0, 0], reports.Select(report => report.StartedAgain));
        Assert.Equal([0, 0, 0, 1, 0, 0], reports.Select(report => report.SetAside));
        Assert.Contains("a defect", (await actors.HeadAsync("a"))!.SetAside, StringComparison.Ordinal);
        Assert.Equal(AlertKinds.SetAside, Assert.Single((await actors.Runtime.Alerts.ListAsync()).Alerts).Kind);
        Assert.True((await actors.HeadAsync("heir"))!.Final);
        Assert.Contains("a defect", await actors.Actors.FailureOfAsync(WatchedActors.IdOf("a")), StringComparison.Ordinal);
        Assert.Equal(["heir Completed"], await actors.InstancesAsync());
    }

    [Fact]
    public async Task Release_OfOneThatWasSetAside_GoesOnWithWhatItWasTold()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.StartAsync("a", needs: 2);
        actors.Kind.Throws = IsTold;
        await actors.TellAsync("a", "first");
        for (var pass = 0; pass < 4; pass++) await actors.LookAsync();
        await actors.TellAsync("a", "second");
        Assert.False((await actors.HeadAsync("a"))!.Final);
        actors.Kind.Throws = _ => false;

        Assert.True(await actors.Actors.ReleaseAsync(WatchedActors.IdOf("a")));
        await actors.Host.IdleAsync();

        Assert.Equal((true, null), ((await actors.HeadAsync("a"))!.Final, (await actors.HeadAsync("a"))!.SetAside));
        Assert.False(await actors.Actors.ReleaseAsync(WatchedActors.IdOf("a")));
    }

    [Fact]
    public async Task RunOnce_OrchestrationOfNobody_IsRemovedWithinAnHour()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.StartAsync("gone");
        await actors.StartAsync("stays");
        foreach (var path in new[] { ActorPaths.Request(WatchedActors.IdOf("gone")), ActorPaths.Head(WatchedActors.IdOf("gone")), ActorPaths.Open(WatchedActors.IdOf("gone")) })
            await actors.Host.State.DeleteAsync(path, null);

        await actors.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, (await actors.LookAsync()).Removed);
        Assert.Equal(["stays Running"], await actors.InstancesAsync());
    }

    [Fact]
    public async Task RunOnce_CrashAtEveryWrite_SetsAsideNevertheless()
    {
        for (var k = 0; ; k++)
        {
            await using var actors = await WatchedActors.StartAsync();
            await actors.StartAsync("a");
            actors.Kind.Throws = IsTold;
            await actors.TellAsync("a", "poison");
            for (var pass = 0; pass < 3; pass++) await actors.LookAsync();
            await actors.PassAsync(TimeSpan.FromMinutes(1));
            var crash = new CrashAt(k);
            await actors.RestartAsync(crash);
            try
            {
                await actors.LookAsync();
            }
            catch (Exception) when (crash.Met)
            {
                // The host is dead.
            }
            await actors.RestartAsync();
            await actors.LookAsync();
            await actors.LookAsync();

            Assert.NotNull((await actors.HeadAsync("a"))!.SetAside);
            Assert.Single((await actors.Runtime.Alerts.ListAsync()).Alerts);
            Assert.Empty(await actors.InstancesAsync());
            if (!crash.Met) return;
        }
    }

    [Fact]
    public async Task Heartbeat_Stopped_RaisesOneAlertAndClearsItWhenItBeatsAgain()
    {
        await using var actors = await WatchedActors.StartAsync();
        actors.Watchdog.WatchLanes(["default"]);
        Assert.Null(Assert.Single((await actors.LookAsync()).Lanes).Alert);
        for (var minute = 0; minute < 5; minute++) await actors.LookAsync();
        Assert.Equal(AlertKinds.HeartbeatStopped, Assert.Single((await actors.Runtime.Alerts.ListAsync()).Alerts).Kind);

        await actors.Actors.StartAsync(new() { Id = CanaryKind.IdOf("default"), Request = NoBody.Json });
        await actors.LookAsync();
        var lane = Assert.Single((await actors.LookAsync()).Lanes);

        Assert.Null(lane.Alert);
        Assert.NotNull(lane.Beat);
        Assert.NotNull(Assert.Single((await actors.Runtime.Alerts.ListAsync()).Alerts).ClearedAt);
    }

    [Fact]
    public async Task RunOnce_AnUnreadableDocument_IsReportedAndTheRestIsDone()
    {
        await using var actors = await WatchedActors.StartAsync();
        await actors.Host.State.PutAsync(ActorPaths.UntoldMarkers + "0000000000000000000/a/", new() { Content = "{\"format\":99}"u8.ToArray() });
        await actors.StartAsync("a");
        await actors.Client.TerminateInstanceAsync(ActorInstanceId.Of(WatchedActors.IdOf("a"), 1));

        var report = await actors.LookAsync();

        Assert.Contains("has format 99", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.Equal(1, report.StartedAgain);
        Assert.Equal(report, (await actors.Host.State.GetAsync<WatchdogReport>(WatchdogReport.Path))!.Value with { Problems = report.Problems, Lanes = report.Lanes });
    }

    private sealed class CrashAt(int k) : Embedded.IFaults
    {
        private int _met = -1;

        public bool Met => _met >= k;

        public void At(Embedded.FaultPoint point, string what)
        {
            if (Interlocked.Increment(ref _met) == k) throw new Embedded.SimulatedCrashException($"{point} {what}");
        }
    }
}

using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Runs;

/// <summary>semantics.md, Schedules: published DAGs on the engine.</summary>
public sealed class ScheduleTests
{
    private static readonly ScheduleSpec EveryTen = new() { Every = TimeSpan.FromMinutes(10) };

    /// <summary>"A run made at tick t has logical_date t, and its data interval is [previous tick, t)."</summary>
    [Fact]
    public async Task Schedule_MakesARunForEachTick()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(EveryTen));

        await scene.ToAsync(35);

        Assert.Equal(["10 Success", "20 Success", "30 Success"], await scene.TimesAsync());
        var run = (await scene.Host.Runs.Reader.RequestAsync(Timetable.TickId(20)))!;
        Assert.Equal(("schedule", Timetable.Start.AddMinutes(10), Timetable.Start.AddMinutes(20)), (run.Trigger, run.DataIntervalStart, run.DataIntervalEnd));
        Assert.Equal(Timetable.TickId(10), run.Previous);
    }

    [Fact]
    public async Task Schedule_OfSeconds_MakesARunForEachTick()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Cron = "*/10 * * * * *" }));

        await scene.ToAsync(1);

        Assert.Equal(6, (await scene.TimesAsync()).Count);
    }

    /// <summary>"A paused DAG makes no runs by itself, runs under way go on, manual runs start."</summary>
    [Fact]
    public async Task Pause_StopsTheScheduleAlone()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", async act =>
        {
            if (act.Context.Run.RunId == Timetable.TickId(10)) await act.WorkForAsync(TimeSpan.FromMinutes(15));
            return TaskOutcome.Success();
        });
        await scene.PublishAsync(Timetable.Dag(EveryTen));
        await scene.ToAsync(15);

        await scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown);
        await scene.Host.Services.Catalogue.TriggerAsync("d");
        await scene.ToAsync(45);
        Assert.Equal(["10 Success", "15 Success"], await scene.TimesAsync());

        await scene.Host.Services.Catalogue.UnpauseAsync("d", Caller.Unknown);
        await scene.ToAsync(55);
        Assert.Equal(["10 Success", "15 Success", "50 Success"], await scene.TimesAsync());
        Assert.Equal((3, "missed"), ((await scene.BodyAsync()).Drops[^1].Count, (await scene.BodyAsync()).Drops[^1].Reason));
    }

    /// <summary>A server that was down: what is on time runs, what was missed goes by the catch-up.</summary>
    [Fact]
    public async Task Downtime_IsCaughtUpWith()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(EveryTen with { CatchUp = CatchUp.All }));
        await scene.ToAsync(5);
        await scene.RestartAsync(pass: TimeSpan.FromMinutes(40));

        await scene.ToAsync(46);

        Assert.Equal(["10 Success", "20 Success", "30 Success", "40 Success"], await scene.TimesAsync());
    }

    /// <summary>"overlap: queue (default)": the run waits for a run slot.</summary>
    [Theory]
    [InlineData(Overlap.Queue, new[] { "10 Success", "20 Running", "30 Queued" })]
    [InlineData(Overlap.Skip, new[] { "10 Success", "40 Running" })]
    [InlineData(Overlap.CancelRunning, new[] { "10 Cancelled", "20 Cancelled", "30 Cancelled", "40 Running" })]
    public async Task Overlap_WithARunUnderWay_IsAsSaid(Overlap overlap, string[] expected)
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(25));
            return TaskOutcome.Success();
        });
        await scene.PublishAsync(Timetable.Dag(EveryTen with { Overlap = overlap }, maxActiveRuns: 1));

        await scene.ToAsync(overlap is Overlap.Queue ? 39 : 41);

        Assert.Equal(expected, await scene.TimesAsync());
    }

    [Fact]
    public async Task Failures_InARow_PauseTheDag_AndRaiseAnAlert()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", act => act.Context.Run.RunId == Timetable.TickId(20) ? TaskOutcome.Success() : TaskOutcome.Failed("no"));
        await scene.PublishAsync(Timetable.Dag(EveryTen, pauseAfterFailures: 2));

        await scene.ToAsync(75);

        Assert.Equal(["10 Failed", "20 Success", "30 Failed", "40 Failed"], await scene.TimesAsync());
        var dag = (await scene.Host.Services.Catalogue.GetAsync("d"))!;
        Assert.True(dag.Paused);
        Assert.Contains("2 runs in a row have failed", dag.PauseReason, StringComparison.Ordinal);
        var alert = Assert.Single((await scene.Host.Services.Alerts.ListAsync("d")).Alerts);
        Assert.Equal((AlertKinds.AutoPaused, Timetable.TickId(40)), (alert.Kind, alert.RunId));
    }

    /// <summary>A run that <c>max_queued_runs</c> refuses is a drop, with the reason; a backfill waits for its turn.</summary>
    [Fact]
    public async Task QueueThatIsFull_DropsTicks_AndHoldsBackfills()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(15));
            return TaskOutcome.Success();
        });
        await scene.PublishAsync(Timetable.Dag(EveryTen, maxActiveRuns: 1) with { MaxQueuedRuns = 0 });
        await scene.ToAsync(25);
        Assert.Equal(["10 Success"], await scene.TimesAsync());
        var drop = Assert.Single((await scene.BodyAsync()).Drops);
        Assert.StartsWith(TriggerErrors.QueueFull, drop.Reason, StringComparison.Ordinal);

        await scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown);
        await scene.Host.Services.Backfills.CreateAsync(new CreateBackfill { Dag = "d", Id = "b", From = Timetable.Start.AddMinutes(-30), To = Timetable.Start, MaxActive = 2 });
        await scene.ToAsync(90);

        Assert.Equal(["-30 Success", "-20 Success", "-10 Success", "10 Success"], await scene.TimesAsync());
    }

    [Fact]
    public async Task NewVersion_RunsFromTheNextTick()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(EveryTen));
        await scene.ToAsync(15);
        var second = await scene.PublishAsync(Timetable.Dag(EveryTen with { CatchUp = CatchUp.All }));

        await scene.ToAsync(25);

        Assert.Equal(["10 Success", "20 Success"], await scene.TimesAsync());
        Assert.Equal(second.Current!.Hash, (await scene.Host.Runs.Reader.RequestAsync(Timetable.TickId(20)))!.DagHash);
        Assert.NotEqual(second.Current.Hash, (await scene.Host.Runs.Reader.RequestAsync(Timetable.TickId(10)))!.DagHash);
    }

    [Fact]
    public async Task Removed_MakesNoMoreRuns()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Timetable.Dag(EveryTen));
        await scene.ToAsync(15);

        await scene.Host.Services.Catalogue.RemoveAsync("d", Caller.Unknown);
        await scene.ToAsync(45);

        Assert.Equal(["10 Success"], await scene.TimesAsync());
    }

    /// <summary>A host that drives one run only, as <c>updraft run</c> does, makes no run of a schedule.</summary>
    [Fact]
    public async Task Host_OfOneRun_StartsNoSchedule()
    {
        var time = new VirtualTime();
        var folder = Directory.CreateTempSubdirectory("updraft-runs-");
        await using (var host = await DagTestHost.StartAsync(new DagTestOptions { Embedded = new EmbeddedOptions { DataFolder = folder.FullName, Time = time, RelaxedDurability = true, Drives = [new InstanceTag("run", "r")] } }))
        {
            var dag = new DagBuilder("d") { Schedule = EveryTen };
            dag.Task("a", "shell", new { command = new[] { "true" } });
            await host.Services.Catalogue.PublishAsync(new PublishDag { Spec = dag.Build() });
            for (var i = 0; i < 20; i++)
            {
                time.Advance(TimeSpan.FromMinutes(5));
                await host.Embedded.IdleAsync();
            }
            await foreach (var run in host.Runs.ListAsync("d")) Assert.Fail($"{run.Entry.RunId} was made");
        }
        folder.Delete(recursive: true);
    }
}

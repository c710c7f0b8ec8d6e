using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>semantics.md, Schedules: what the actor of a DAG makes of them. When ticks are is tested where schedules are.</summary>
public sealed class ScheduleTests
{
    private static readonly ScheduleSpec EveryMinute = new() { Every = TimeSpan.FromMinutes(1) };

    private static DagWorld Published(ScheduleSpec schedule, double at = 0)
    {
        var world = new DagWorld();
        world.Up();
        world.To(at);
        world.Publish(schedule);
        return world;
    }

    [Fact]
    public void Ticks_WhileUp_MakeARunEach()
    {
        var world = Published(EveryMinute, at: 10);

        world.To(200);

        Assert.Equal([60, 120, 180], world.Ticks);
        Assert.Equal("d__scheduled__2026-01-01T00-01-00Z", world.Runs[0].RunId);
    }

    /// <summary>"A run made at tick t has logical_date t, and its data interval is [previous tick, t)."</summary>
    [Fact]
    public void Run_OfATick_HasItsLogicalDateAndInterval()
    {
        var world = Published(EveryMinute);

        world.To(60);

        var run = Assert.Single(world.Runs);
        Assert.Equal(DagWorld.Start.AddMinutes(1), run.LogicalDate);
        Assert.Equal(new DataInterval(DagWorld.Start, DagWorld.Start.AddMinutes(1)), run.Interval);
        Assert.Equal("schedule", run.Trigger);
    }

    /// <summary>"The first tick is strictly after start; its interval begins at the later of the previous tick and start."</summary>
    [Fact]
    public void FirstTick_IsAfterStart_AndItsIntervalBeginsThere()
    {
        var world = Published(new ScheduleSpec { Cron = "* * * * *", Start = DagWorld.Start.AddSeconds(90) });

        world.To(130);

        Assert.Equal([120], world.Ticks);
        Assert.Equal(DagWorld.Start.AddSeconds(90), world.Runs[0].Interval!.Start);
    }

    [Theory]
    [InlineData("*/10 * * * * *", new double[] { 10, 20, 30, 40 })]
    [InlineData("5,35 * * * * *", new double[] { 5, 35 })]
    public void Cron_WithSeconds_TicksWithinTheMinute(string cron, double[] expected)
    {
        var world = Published(new ScheduleSpec { Cron = cron });

        world.To(40);

        Assert.Equal(expected, world.Ticks);
    }

    [Fact]
    public void Waiting_CostsOneTimerForATick()
    {
        var world = Published(new ScheduleSpec { Cron = "@monthly" });
        var before = world.Timers;

        world.To(TimeSpan.FromDays(365).TotalSeconds);

        Assert.Equal(12, world.Runs.Count);
        Assert.Equal(12, world.Timers - before);
    }

    /// <summary>"A tick handled within grace […] is on time."</summary>
    [Theory]
    [InlineData(150, new double[] { 120 })]
    [InlineData(179, new double[] { 120 })]
    [InlineData(180, new double[] { 120, 180 })]
    public void Tick_WithinOneInterval_IsOnTime(double upAt, double[] expected)
    {
        var world = Published(EveryMinute);
        world.Down();
        world.To(upAt);

        world.Up();

        Assert.Equal(expected, world.Ticks);
    }

    /// <summary>"grace (default: the shorter of one interval and an hour)".</summary>
    [Theory]
    [InlineData(3600, 1)]
    [InlineData(3601, 0)]
    public void Tick_OfALongInterval_IsOnTimeForAnHour(double late, int runs)
    {
        var world = Published(new ScheduleSpec { Cron = "@daily" });
        world.Down();
        world.To(TimeSpan.FromDays(1).TotalSeconds + late);

        world.Up();

        Assert.Equal(runs, world.Runs.Count);
    }

    [Theory]
    [InlineData(300, new double[] { 180, 240, 300 })]
    [InlineData(301, new double[] { 240, 300 })]
    public void Grace_AsGiven_Decides(double upAt, double[] expected)
    {
        var world = Published(EveryMinute with { Grace = TimeSpan.FromMinutes(2) });
        world.Down();
        world.To(upAt);

        world.Up();

        Assert.Equal(expected, world.Ticks);
    }

    /// <summary>"catchup: none (default) drops them, latest runs the last, all runs each in order; drops are recorded."</summary>
    [Theory]
    [InlineData(CatchUp.None, new double[] { 600 }, 9)]
    [InlineData(CatchUp.Latest, new double[] { 540, 600 }, 8)]
    [InlineData(CatchUp.All, new double[] { 60, 120, 180, 240, 300, 360, 420, 480, 540, 600 }, 0)]
    public void CatchUp_OfMissedTicks_IsAsSaid(CatchUp catchUp, double[] expected, int dropped)
    {
        var world = Published(EveryMinute with { CatchUp = catchUp, Grace = TimeSpan.Zero });
        world.Down();
        world.To(600);

        world.Up();

        Assert.Equal(expected, world.Ticks);
        Assert.Equal(dropped, world.Body.Dropped);
        if (dropped > 0) Assert.Equal((DagWorld.Start.AddSeconds(60), dropped, "missed"), (world.Body.Drops[0].From, world.Body.Drops[0].Count, world.Body.Drops[0].Reason));
    }

    [Fact]
    public void Drops_OfAges_AreOneRecord_AndCostLittle()
    {
        var world = Published(new ScheduleSpec { Every = TimeSpan.FromSeconds(1) });
        world.Down();
        world.To(TimeSpan.FromDays(300).TotalSeconds + 0.5);

        world.Up();

        var drop = Assert.Single(world.Body.Drops);
        Assert.Equal(DueTicks.MostCounted, drop.Count);
        Assert.Equal(TimeSpan.FromDays(300).TotalSeconds - 1, (drop.To - DagWorld.Start).TotalSeconds);
        Assert.Equal([TimeSpan.FromDays(300).TotalSeconds], world.Ticks);
    }

    [Fact]
    public void Drops_AreKept_UpToTwenty()
    {
        var world = Published(EveryMinute);
        world.OnTrigger = _ => new(TriggerOutcome.Refused, "no");

        world.To(60 * 30);

        Assert.Equal((30, 20, DagWorld.Start.AddMinutes(30)), (world.Body.Dropped, world.Body.Drops.Length, world.Body.Drops[^1].From));
    }

    [Fact]
    public void NoSchedule_IsFinal()
    {
        var world = new DagWorld();
        world.Up();
        Assert.False(world.IsFinal); // It was created and is about to be told.

        world.Publish(null);

        Assert.True(world.IsFinal);
    }

    /// <summary>"A tick computed from the stored cursor, never from 'now' alone": a clock that is set back makes none twice.</summary>
    [Fact]
    public void Clock_SetBack_MakesNoTickTwice()
    {
        var world = Published(EveryMinute);
        world.To(181);
        world.SetClock(50);
        world.Crash();
        Assert.Equal([60, 120, 180], world.Ticks);

        world.To(240);

        Assert.Equal([60, 120, 180, 240], world.Ticks);
    }

    /// <summary>"overlap: queue (default), skip or cancel_running": a skip is recorded.</summary>
    [Fact]
    public void Overlap_Skipped_IsADrop()
    {
        var world = Published(EveryMinute with { Overlap = Overlap.Skip });
        world.OnTrigger = trigger => trigger.Active.IsEmpty ? new(TriggerOutcome.Made) : new(TriggerOutcome.Skipped, $"run '{trigger.Active[0]}' is under way");
        world.To(120);
        Assert.Equal([60], world.Ticks);
        Assert.Contains("is under way", world.Body.Drops[0].Reason, StringComparison.Ordinal);

        world.End(world.Runs[0].RunId, RunStatus.Success);
        world.To(180);

        Assert.Equal([60, 180], world.Ticks);
    }

    [Fact]
    public void Previous_IsTheRunOfTheLastTickThatMadeOne()
    {
        var world = Published(EveryMinute);
        world.OnTrigger = trigger => trigger.Run.LogicalDate == DagWorld.Start.AddMinutes(2) ? new(TriggerOutcome.Refused, "no") : new(TriggerOutcome.Made);

        world.To(180);

        Assert.Null(world.Runs[0].Previous);
        Assert.Equal(world.Runs[0].RunId, world.Runs[1].Previous);
    }

    [Fact]
    public void CatchUp_WhereManyWait_IsHeld_AndDatasetsAreNot()
    {
        var world = Published(EveryMinute with { CatchUp = CatchUp.All, Datasets = new() { Dataset = "a" }, Grace = TimeSpan.Zero });
        world.Down();
        world.To(300);
        var full = true;
        world.OnTrigger = trigger => full && trigger.Run.Missed ? new(TriggerOutcome.Held) : new(TriggerOutcome.Made);
        world.Up();
        world.Land("1", "a");
        Assert.Equal("dataset", Assert.Single(world.Runs).Trigger);

        full = false;
        world.To(359);
        Assert.Single(world.Runs);
        world.To(360);

        Assert.Equal([60, 120, 180, 240, 300, 360], world.Ticks.Skip(1));
    }

    /// <summary>A DAG pauses itself after n failed runs in a row; a success resets the count.</summary>
    [Fact]
    public void Failures_InARow_PauseTheDag()
    {
        var world = new DagWorld();
        world.Up();
        world.Publish(EveryMinute, pauseAfter: 2);
        world.To(180);
        world.End(world.Runs[0].RunId, RunStatus.Failed);
        world.End(world.Runs[1].RunId, RunStatus.Success);
        world.End(world.Runs[2].RunId, RunStatus.Failed);
        world.To(240);
        Assert.Empty(world.Pauses);

        world.End(world.Runs[3].RunId, RunStatus.Failed);
        world.To(400);
        Assert.Equal(2, Assert.Single(world.Pauses).Failures);
        Assert.Equal(4, world.Runs.Count);

        world.Pause(false);
        world.To(420);
        world.End(world.Runs[4].RunId, RunStatus.Failed);
        world.To(600);
        Assert.Single(world.Pauses);
    }
}

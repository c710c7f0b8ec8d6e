using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>semantics.md, Schedules: pauses, new texts and removals, as the actor of a DAG takes them.</summary>
public sealed class ScheduleChangeTests
{
    private static readonly ScheduleSpec EveryMinute = new() { Every = TimeSpan.FromMinutes(1) };

    private static DagWorld Published(ScheduleSpec schedule)
    {
        var world = new DagWorld();
        world.Up();
        world.Publish(schedule);
        return world;
    }

    /// <summary>"Older ones, and those of a pause, are missed": without catch-up, unpausing starts nothing.</summary>
    [Theory]
    [InlineData(CatchUp.None, new double[] { 60, 240 })]
    [InlineData(CatchUp.Latest, new double[] { 60, 180, 240 })]
    [InlineData(CatchUp.All, new double[] { 60, 120, 180, 240 })]
    public void Unpause_OfMissedTicks_GoesByCatchUp(CatchUp catchUp, double[] expected)
    {
        var world = Published(EveryMinute with { CatchUp = catchUp });
        world.To(70);
        world.Pause();
        world.To(185); // The last tick would be on time, and is of a pause.
        Assert.Equal([60], world.Ticks);
        Assert.True(world.IsFinal); // Nothing wakes it but what it is told.
        world.Pause(false);
        world.To(240);

        Assert.Equal(expected, world.Ticks);
    }

    /// <summary>"A paused DAG makes no runs by itself", also when its actor has not heard of the pause yet.</summary>
    [Fact]
    public void Pause_NotToldYet_IsFound()
    {
        var world = Published(EveryMinute with { CatchUp = CatchUp.All });
        world.To(61);
        world.Pause(told: false);
        world.To(400);
        Assert.Equal([60], world.Ticks);

        world.TellEntry();
        world.To(500);
        Assert.Equal([60], world.Ticks);

        world.Pause(false);
        world.To(540);
        Assert.Equal([60, 120, 180, 240, 300, 360, 420, 480, 540], world.Ticks);
    }

    /// <summary>"New schedule text: the next tick is its first after the later of the last tick and publishing".</summary>
    [Fact]
    public void NewText_BeginsAfterPublishing()
    {
        var world = Published(EveryMinute);
        world.To(130);
        world.Publish(new ScheduleSpec { Every = TimeSpan.FromSeconds(25), CatchUp = CatchUp.All });

        world.To(200);

        Assert.Equal([60, 120, 150, 175, 200], world.Ticks);
    }

    /// <summary>"missed ticks of the old text are dropped", whatever its catch-up; a tick that is on time still runs.</summary>
    [Fact]
    public void NewText_DropsMissedTicksOfTheOld()
    {
        var world = Published(EveryMinute with { CatchUp = CatchUp.All });
        world.Down();
        world.To(200);
        world.Publish(new ScheduleSpec { Every = TimeSpan.FromSeconds(100), CatchUp = CatchUp.All });
        world.To(230);

        world.Up();
        world.To(300);

        Assert.Equal([180, 300], world.Ticks);
        Assert.Equal(2, world.Body.Dropped);
    }

    [Fact]
    public void SameText_PublishedAgain_LosesNoTick()
    {
        var world = Published(EveryMinute with { CatchUp = CatchUp.All });
        world.Down();
        world.To(200);
        world.Publish(EveryMinute with { CatchUp = CatchUp.All, Overlap = Overlap.Skip });

        world.Up();

        Assert.Equal([60, 120, 180], world.Ticks);
    }

    [Fact]
    public void Remove_EndsIt_AndPublishingAgainBeginsAnew()
    {
        var world = Published(EveryMinute with { CatchUp = CatchUp.All });
        world.To(61);
        world.Remove();
        world.To(200);
        Assert.True(world.IsFinal);
        world.Publish(EveryMinute with { CatchUp = CatchUp.All });

        world.To(240);

        Assert.Equal([60, 240], world.Ticks);
    }
}

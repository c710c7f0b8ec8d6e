using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>Runs that datasets start: all, any, nested, per partition, alone or together with a clock. Nothing is lost, nothing counts twice.</summary>
public sealed class DatasetScheduleTests
{
    private static readonly DatasetCondition A = new() { Dataset = "a" }, B = new() { Dataset = "b" }, C = new() { Dataset = "c" };

    private static DagWorld Listening(ScheduleSpec schedule)
    {
        var world = new DagWorld();
        world.Up();
        world.Publish(schedule);
        return world;
    }

    private static string Made(DagWorld world) => string.Join(' ', world.Runs.Select(run => $"{run.Partition}[{string.Join(',', run.DatasetEvents)}]"));

    [Fact]
    public void One_Landing_MakesARunEach()
    {
        var world = Listening(new ScheduleSpec { Datasets = A });

        world.Land("1", "a");
        world.Land("2", "a");
        world.Land("3", "unknown");

        Assert.Equal("[1] [2]", Made(world));
        Assert.All(world.Runs, run => Assert.Equal("dataset", run.Trigger));
        Assert.Equal(world.Runs[0].RunId, world.Runs[1].Previous);
        Assert.Equal(RunIds.OfCause("d", "dataset", "1"), world.Runs[0].RunId);
    }

    [Fact]
    public void All_Landed_MakesOneRunOfAllEvents()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] } });

        world.Land("1", "a");
        world.Land("2", "a");
        Assert.Empty(world.Runs);
        world.Land("3", "b");
        world.Land("4", "b");
        world.Land("5", "a");

        Assert.Equal("[1,2,3] [4,5]", Made(world));
    }

    [Fact]
    public void Nested_Conditions_Hold()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, new() { Any = [B, C] }] } });

        world.Land("1", "c");
        world.Land("2", "b");
        world.Land("3", "a");

        Assert.Equal("[1,2,3]", Made(world));
    }

    [Fact]
    public void PerPartition_CountsEachAlone()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] }, PerPartition = true });

        world.Land("1", "a", "mon");
        world.Land("2", "b", "tue");
        Assert.Empty(world.Runs);
        world.Land("3", "b", "mon");
        world.Land("4", "a", "tue");

        Assert.Equal("mon[1,3] tue[2,4]", Made(world));
    }

    [Fact]
    public void WithAClock_EitherMakesARun()
    {
        var world = Listening(new ScheduleSpec { Every = TimeSpan.FromMinutes(1), Datasets = A });

        world.To(30);
        world.Land("1", "a");
        world.To(90);

        Assert.Equal([30, 60], world.Ticks);
        Assert.Null(world.Runs[1].Previous); // The run of the tick before, not that of datasets.
    }

    /// <summary>An event that comes twice, however late, counts once.</summary>
    [Fact]
    public void Event_ToldAgain_CountsOnce()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] } });
        world.Land("1", "a");
        world.LandAgain("again", "1", "a");
        world.Land("2", "b");
        world.Crash();

        world.LandAgain("late", "1", "a");
        world.LandAgain("later", "2", "b");

        Assert.Equal("[1,2]", Made(world));
    }

    /// <summary>What lands in a pause is kept, and makes one run at most; without catch-up it is dropped.</summary>
    [Theory]
    [InlineData(CatchUp.None, "", 2)]
    [InlineData(CatchUp.Latest, "[1,2]", 0)]
    [InlineData(CatchUp.All, "[1,2]", 0)]
    public void Landed_InAPause_GoesByCatchUp(CatchUp catchUp, string expected, int dropped)
    {
        var world = Listening(new ScheduleSpec { Datasets = A, CatchUp = catchUp });
        world.Pause();
        world.Land("1", "a");
        world.Land("2", "a");
        Assert.Empty(world.Runs);

        world.Pause(false);

        Assert.Equal((expected, dropped), (Made(world), world.Body.Dropped));
        if (dropped > 0) Assert.Equal("landed in a pause", world.Body.Drops[0].Reason);
    }

    [Fact]
    public void Pause_NotToldYet_KeepsTheEvents()
    {
        var world = Listening(new ScheduleSpec { Datasets = A, CatchUp = CatchUp.All });
        world.Pause(told: false);
        world.Land("1", "a");
        world.To(300);
        Assert.Empty(world.Runs);

        world.TellEntry();
        world.Pause(false);

        Assert.Equal("[1]", Made(world));
    }

    [Fact]
    public void Refused_Run_IsARecordedDrop_AndItsEventsAreSpent()
    {
        var world = Listening(new ScheduleSpec { Datasets = A });
        world.OnTrigger = _ => new(TriggerOutcome.Refused, "too many wait");
        world.Land("1", "a");
        world.OnTrigger = null;
        world.Land("2", "a");

        Assert.Equal("[2]", Made(world));
        Assert.Equal((1, "too many wait"), (world.Body.Drops[0].Count, world.Body.Drops[0].Reason));
    }

    [Fact]
    public void NewCondition_LetsGoOfWhatItDoesNotName()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B, C] } });
        world.Land("1", "a");
        world.Land("2", "c");

        world.Publish(new ScheduleSpec { Datasets = new() { All = [A, B] } });
        world.Land("3", "b");

        Assert.Equal("[1,3]", Made(world));
        Assert.Equal("the schedule no longer names the dataset", world.Body.Drops[0].Reason);
    }

    [Fact]
    public void Partitions_AreToldApart_FromANewVersionOn()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] } });
        world.Land("1", "a", "mon");
        world.Land("2", "a", "tue");

        world.Publish(new ScheduleSpec { Datasets = new() { All = [A, B] }, PerPartition = true });
        world.Land("3", "b", "tue");

        Assert.Equal("tue[2,3]", Made(world));
    }

    [Fact]
    public void Events_BeyondTheMost_DropTheOldest_AndAreRecorded()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] } });
        for (var i = 0; i < LandedEvents.MostInGroup + 3; i++) world.Land($"{i:D6}", "a");
        world.Crash();
        world.Land("b", "b");

        Assert.Equal((4, LandedEvents.MostInGroup, "000004"), ((int)world.Body.Dropped, world.Runs[0].DatasetEvents.Length, world.Runs[0].DatasetEvents[0]));
    }

    [Fact]
    public void Many_Partitions_AreKeptOverCrashes()
    {
        var world = Listening(new ScheduleSpec { Datasets = new() { All = [A, B] }, PerPartition = true });
        for (var i = 0; i < 450; i++) world.Land($"a{i}", "a", $"p{i:D3}");
        world.Crash();
        for (var i = 0; i < 450; i += 2) world.Land($"b{i}", "b", $"p{i:D3}");
        world.Crash();
        for (var i = 1; i < 450; i += 2) world.Land($"b{i}", "b", $"p{i:D3}");

        Assert.Equal(450, world.Runs.Count);
        Assert.All(world.Runs, run => Assert.Equal(int.Parse(run.Partition![1..], null) is var n ? $"a{n} b{n}" : "", string.Join(' ', run.DatasetEvents)));
        Assert.Equal(0, world.Body.Landed);
    }

    /// <summary>Random events, repeated and in any order, with pauses and crashes at any moment: each event is in exactly one run, or dropped, or waits.</summary>
    [Fact]
    public void Events_WhateverHappens_AreSpentOnce()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var crashes = new Random(seed + 1);
            var condition = new ScheduleSpec
            {
                Datasets = random.Next(2) == 0 ? new() { All = [A, B] } : new() { All = [A, new() { Any = [B, C] }] },
                PerPartition = random.Next(2) == 0,
                CatchUp = CatchUp.All,
            };
            var world = Listening(condition);
            world.Dies = () => crashes.NextDouble() < 0.05;
            var landed = new List<(string Id, string Dataset, string? Partition)>();
            var paused = false;
            void Again((string Id, string Dataset, string? Partition) each, int step) => world.LandAgain($"again{step}", each.Id, each.Dataset, each.Partition);
            for (var step = 0; step < 60; step++)
            {
                world.To(step);
                if (random.Next(10) == 0) world.Pause(paused = !paused);
                else if (landed.Count > 0 && random.Next(4) == 0) Again(landed[random.Next(landed.Count)], step);
                else
                {
                    landed.Add(($"e{step}", "abc"[random.Next(3)].ToString(), random.Next(2) == 0 ? "p" : "q"));
                    world.Land(landed[^1].Id, landed[^1].Dataset, landed[^1].Partition);
                }
            }
            if (paused) world.Pause(false);
            world.To(1000);

            var names = condition.Datasets!.Names().ToHashSet();
            var heard = landed.Where(each => names.Contains(each.Dataset)).ToList();
            var spent = world.Runs.SelectMany(run => run.DatasetEvents).ToList();
            Assert.True(spent.Count == spent.Distinct().Count(), $"seed {seed}: an event counted twice");
            Assert.True(heard.Count == spent.Count + world.Body.Landed, $"seed {seed}: {heard.Count} landed, {spent.Count} are spent, {world.Body.Landed} wait");
            foreach (var run in world.Runs)
            {
                var of = run.DatasetEvents.Select(id => landed.Single(each => each.Id == id)).ToList();
                Assert.True(condition.Datasets.Holds(name => of.Any(each => each.Dataset == name)), $"seed {seed}: a run without its datasets");
                if (condition.PerPartition) Assert.All(of, each => Assert.Equal(run.Partition, each.Partition));
            }
            foreach (var group in heard.Where(each => !spent.Contains(each.Id)).GroupBy(each => condition.PerPartition ? each.Partition : null))
                Assert.False(condition.Datasets.Holds(name => group.Any(each => each.Dataset == name)), $"seed {seed}: complete, and no run");
        }
    }
}

using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>Random schedules, publishings, pauses, stops and crashes, against a slow and naive reference.</summary>
public sealed class ScheduleModelTests
{
    private static readonly int Rounds = Depth.IsFull ? 20_000 : 600;

    [Fact]
    public void Ticks_WhateverHappens_AreThoseOfTheReference()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            var told = new List<string>();
            var (ticks, expected) = Play(seed, told);
            Assert.True(ticks.SequenceEqual(expected), $"seed {seed}\n{string.Join('\n', told)}\nexpected {string.Join(' ', expected)}\nbut made {string.Join(' ', ticks)}");
        }
    }

    private static (IReadOnlyList<double> Ticks, IReadOnlyList<double> Expected) Play(int seed, List<string> told)
    {
        var random = new Random(seed);
        var world = new DagWorld();
        var crashes = new Random(seed);
        world.Up();
        world.Dies = () => crashes.NextDouble() < 0.1;
        var text = Text();
        var reference = new NaiveSchedule(text);
        world.Publish(text);
        told.Add($"publish {text}");
        var (paused, down) = (false, false);
        for (var at = 0.5; at < 900; at += random.Next(1, 90))
        {
            world.To(at);
            reference.To(at);
            Act(random.Next(6), at);
        }
        if (down) Act(3, 999.5);
        world.To(1000);
        reference.To(1000);
        return ([.. world.Ticks], reference.Ticks);

        void Act(int what, double at)
        {
            world.To(at);
            reference.To(at);
            switch (what)
            {
                case 0 or 1:
                    paused = !paused;
                    told.Add($"{at}: paused {paused}");
                    world.Pause(paused);
                    reference.Pause(paused, at);
                    break;
                case 2 or 3:
                    down = !down;
                    told.Add($"{at}: down {down}");
                    if (down) world.Down();
                    else world.Up();
                    if (down) reference.Down();
                    else reference.Up(at);
                    break;
                case 4:
                    text = random.Next(3) == 0 ? text with { CatchUp = (CatchUp)random.Next(3) } : Text();
                    told.Add($"{at}: publish {text}");
                    world.Publish(text);
                    reference.Publish(text, at);
                    break;
                default:
                    if (!down) world.Crash();
                    break;
            }
        }

        ScheduleSpec Text()
        {
            var start = random.Next(3) == 0 ? DagWorld.Start.AddSeconds(random.Next(-100, 300)) : (DateTimeOffset?)null;
            var spec = new ScheduleSpec
            {
                CatchUp = (CatchUp)random.Next(3),
                Grace = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(0, 120)) : null,
                Start = start,
                End = random.Next(5) == 0 ? (start ?? DagWorld.Start).AddSeconds(random.Next(1, 600)) : null,
            };
            string[] crons = ["*/20 * * * * *", "*/7 * * * * *", "0 * * * * *", "5,35,36 * * * * *", "13 */3 * * * *", "0,1,2 1,4,5,9 * * * *"];
            return random.Next(2) == 0 ? spec with { Every = TimeSpan.FromSeconds(random.Next(1, 100)) } : spec with { Cron = crons[random.Next(crons.Length)] };
        }
    }
}

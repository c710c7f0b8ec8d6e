using System.Diagnostics;
using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;
using Xunit.Abstractions;

namespace Updraft.Runs;

/// <summary>10,000 waits for 100 conditions; with <c>UPDRAFT_TESTS=full</c> 100,000 for 1,000. The looks are counted.</summary>
public sealed class WaitCountTests(ITestOutputHelper output)
{
    private const int WaitsOfARun = 100;

    [Fact]
    public async Task Waits_OfManyRuns_CostAWatcherAndALookPerCondition()
    {
        var (runs, conditions) = Depth.IsFull ? (1_000, 1_000) : (100, 100);
        await using var scene = await Scene.OpenAsync();
        var world = scene.Stage.World;
        var met = false;
        world.Look = name => met ? Operators.PokeResult.Met(name) : Operators.PokeResult.NotYet() with { NextPokeAfter = Every(scene.Time.GetUtcNow()) };
        var watch = Stopwatch.StartNew();
        // Those of a run are some of the conditions, in turn.
        for (var run = 0; run < runs; run++) await scene.TriggerAsync(Dag(run, conditions), runId: Name("r", run));
        await scene.SettleAsync(); // All wait, and nothing is at work: no worker is held.
        output.WriteLine($"{runs * WaitsOfARun} waits begun after {watch.Elapsed}");

        Assert.Equal((conditions, runs * WaitsOfARun), (await scene.WatchersAsync(), await scene.WaitersAsync()));
        Assert.Equal(conditions, world.Looks);

        var before = world.Looks;
        await scene.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(3 * conditions, world.Looks - before);
        output.WriteLine($"{world.Looks} looks until {watch.Elapsed}");

        met = true;
        before = world.Looks;
        for (var run = 0; run < runs; run++) Assert.Equal(RunStatus.Success, (await scene.EndAsync(Name("r", run))).Body.Status);
        Assert.Equal(conditions, world.Looks - before);
        Assert.Equal(0, await scene.WaitersAsync());
        await scene.RunAsync(Dag(0, conditions), runId: "late");
        Assert.Equal(conditions, world.Looks - before); // It was remembered.
        output.WriteLine($"all over after {watch.Elapsed}");
    }

    private static DagSpec Dag(int run, int conditions)
    {
        var dag = new DagBuilder("waits");
        dag.Task("w", "lasting", new { name = "{{ item }}", interval = "10m" }).Map([.. Enumerable.Range(run * WaitsOfARun, WaitsOfARun).Select(n => Name("c", n % conditions))]);
        return dag.Build();
    }

    /// <summary>Until the next full ten minutes: all look at the same time, which makes the test short.</summary>
    private static TimeSpan Every(DateTimeOffset now) => TimeSpan.FromTicks(TimeSpan.FromMinutes(10).Ticks - now.Ticks % TimeSpan.FromMinutes(10).Ticks);

    private static string Name(string what, int number) => what + number.ToString(CultureInfo.InvariantCulture);
}

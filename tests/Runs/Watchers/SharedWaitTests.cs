using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;
using static Updraft.Runs.Waiting;

namespace Updraft.Runs;

/// <summary>Equal waits of any number of runs are looked at once, and what held once is remembered.</summary>
public sealed class SharedWaitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Waits_ForTheSame_AreLookedAtOnceAndAllHandOverWhatWasFound()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")), ("c", Dag("c")));

        await scene.PassAsync(10 * Minute);
        var looks = scene.Stage.World.LooksAt("x");
        scene.Stage.World.True["x"] = "found";
        foreach (var run in (string[])["a", "b", "c"]) Assert.Equal("found", (await EndAsync(scene, run)).Output!.Value!.Value.GetString());

        Assert.InRange(looks, 9, 12);
        Assert.Equal((looks + 1, 1, 0), (scene.Stage.World.LooksAt("x"), await scene.WatchersAsync(), await scene.WaitersAsync()));
    }

    [Fact]
    public async Task Waits_ThatDifferOnlyInHowTheyWait_AreTheSame()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("slow", Dag("slow", with: new { name = "x", interval = "1h", place = "here" })), ("quick", Dag("quick", with: new { name = "x", interval = "10s", deadline = "2h" })), ("other", Dag("other", with: new { name = "x", place = "there" })));

        Assert.Equal(2, await scene.WatchersAsync());
        var before = scene.Stage.World.LooksAt("x");
        await scene.PassAsync(10 * Minute);

        // The shortest interval counts, with up to 20 % of jitter; the other condition is looked at once a minute.
        Assert.InRange(scene.Stage.World.LooksAt("x") - before, 50 + 8, 60 + 10);
    }

    [Fact]
    public async Task Wait_ForWhatHeldBefore_EndsAtOnceWithoutALook()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.True["x"] = new { rows = 7 };
        await scene.RunAsync(Dag("a"), runId: "a");

        scene.Stage.World.True.Clear();
        scene.Time.Advance(TimeSpan.FromHours(23));
        await scene.RunAsync(Dag("b"), runId: "b");

        Assert.Equal(1, scene.Stage.World.LooksAt("x"));
        Assert.Equal(7, (await scene.InstancesAsync("b"))["after"].Output!.Value!.Value.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Wait_ForWhatHeldLongAgo_LooksAgain()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.True["x"] = 1;
        await scene.RunAsync(Dag("a"), runId: "a");
        scene.Time.Advance(TimeSpan.FromHours(2));

        await scene.RunAsync(Dag("b", with: new { name = "x", remember_for = "1h" }), runId: "b");
        Assert.Equal(2, scene.Stage.World.LooksAt("x"));
        scene.Time.Advance(TimeSpan.FromHours(25));
        await scene.RunAsync(Dag("c"), runId: "c");
        Assert.Equal(3, scene.Stage.World.LooksAt("x"));
    }

    [Fact]
    public async Task Wait_ForAMoment_IsSharedOnlyByThoseWhoWaitThen()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a", "momentary")), ("b", Dag("b", "momentary")));
        scene.Stage.World.True["x"] = 1;
        await EndAsync(scene, "a");
        await EndAsync(scene, "b");
        var looks = scene.Stage.World.LooksAt("x");
        scene.Stage.World.True.Clear();

        await scene.WaitAsync(("c", Dag("c", "momentary")));
        await scene.PassAsync(5 * Minute);

        Assert.True(scene.Stage.World.LooksAt("x") > looks);
        Assert.Equal(TaskState.Waiting, (await scene.InstancesAsync("c"))["w"].State);
    }

    [Fact]
    public async Task Wait_OfItsOwn_LooksForItself()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a", "own")), ("b", Dag("b", "own")));

        await scene.PassAsync(10 * Minute);

        Assert.InRange(scene.Stage.World.LooksAt("x"), 20, 24);
        Assert.Equal(0, await scene.WatchersAsync());
    }

    [Fact]
    public async Task Deadline_IsEachWaitsOwn()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(
            ("fails", Dag("fails", with: new { name = "x", deadline = "10m" })),
            ("skips", Dag("skips", with: new { name = "x", deadline = "20m", soft_fail = true })),
            ("times", Dag("times", set: wait => wait.Timeout(TimeSpan.FromMinutes(15)))),
            ("stays", Dag("stays")));

        await scene.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("Failed UPD2206", await scene.EndOfAsync("fails"));
        Assert.Equal("Waiting", await scene.EndOfAsync("times"));
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("Failed UPD2205", await scene.EndOfAsync("times"));
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("Skipped UPD2206", await scene.EndOfAsync("skips"));
        scene.Stage.World.True["x"] = 1;
        Assert.Equal(TaskState.Success, (await EndAsync(scene, "stays")).State);
    }

    [Fact]
    public async Task Errors_EndAWaitOnlyWhenItHasSeenTooManyInARow()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.World.Look = _ => throw new IOException("the disk is away");
        await scene.WaitAsync(("few", Dag("few", with: new { name = "x", errors_tolerated = 3 })), ("many", Dag("many", with: new { name = "x", errors_tolerated = 100 })));

        await scene.PassAsync(10 * Minute);
        await scene.WaitAsync(("late", Dag("late", with: new { name = "x", errors_tolerated = 3 })));
        await scene.PassAsync(2 * Minute);

        Assert.Equal(("Failed UPD2202", "Waiting", "Waiting"), (await scene.EndOfAsync("few"), await scene.EndOfAsync("many"), await scene.EndOfAsync("late")));
        scene.Stage.World.Look = null;
        await scene.PassAsync(2 * Minute);
        scene.Stage.World.Look = _ => throw new IOException("the disk is away again");
        await scene.PassAsync(3 * Minute);
        Assert.Equal("Waiting", await scene.EndOfAsync("late"));
        scene.Stage.World.Look = null;
        scene.Stage.World.True["x"] = 1;
        Assert.Equal(TaskState.Success, (await EndAsync(scene, "many")).State);
        Assert.Equal(TaskState.Success, (await EndAsync(scene, "late")).State);
    }

    [Fact]
    public async Task Look_ThatNoOtherCanMend_EndsAllWaits()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")));
        scene.Stage.World.Look = _ => throw new FailTaskException("it will never be");

        await scene.PassAsync(2 * Minute);

        Assert.Equal(("Failed UPD4002", "Failed UPD4002", 0), (await scene.EndOfAsync("a"), await scene.EndOfAsync("b"), await scene.WaitersAsync()));
    }

    [Fact]
    public async Task OneWhoCannotLook_IsNotInTheWayOfOthers()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync([.. Enumerable.Range(0, 6).Select(n => ($"r{n}", Dag($"d{n}")))]);
        for (var gone = 0; gone < 5; gone++) await scene.Host.Embedded.State.DeleteAsync(ActorPaths.Request(RunPaths.Of($"r{gone}")), null);
        await scene.RestartAsync();

        scene.Stage.World.True["x"] = 1;

        Assert.Equal(TaskState.Success, (await EndAsync(scene, "r5")).State);
        Assert.Equal(0, await scene.WaitersAsync());
    }

    [Fact]
    public async Task LargeOutput_LiesWithEachRun()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WaitAsync(("a", Dag("a")), ("b", Dag("b")));
        scene.Stage.World.True["x"] = new string('x', 5_000);
        await EndAsync(scene, "a");
        await EndAsync(scene, "b");
        await scene.RunAsync(Dag("c"), runId: "c");

        foreach (var run in (string[])["a", "b", "c"])
        {
            var instances = await scene.InstancesAsync(run);
            Assert.StartsWith(AttemptPaths.Outputs(run), instances["w"].Output!.Blob, StringComparison.Ordinal);
            Assert.Equal(5_002, instances["after"].Output!.Bytes);
        }
    }

    [Fact]
    public async Task Waits_OfAMapInParts_AreToldWhereTheyWait()
    {
        await using var scene = await Scene.OpenAsync(partSize: 2);
        var dag = new DagBuilder("d");
        dag.Link(dag.Task("w", "lasting", new { name = "{{ item }}" }).Map(["x", "y", "x", "y", "x"]) >> dag.Work("after"));
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        Assert.Equal((5, 2), (await scene.WaitersAsync(), await scene.WatchersAsync()));

        scene.Stage.World.True["x"] = scene.Stage.World.True["y"] = 1;
        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    private static async Task<InstanceDocument> EndAsync(Scene scene, string runId)
    {
        await scene.EndAsync(runId);
        return (await scene.InstancesAsync(runId))["w"];
    }
}

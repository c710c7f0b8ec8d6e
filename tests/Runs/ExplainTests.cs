using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>For any task, why it is not running now.</summary>
public sealed class ExplainTests
{
    private static Stage Endless(params string[] tasks)
    {
        var stage = new Stage();
        foreach (var task in tasks)
            stage.On(task, async act =>
            {
                await act.WorkForEverAsync();
                return TaskOutcome.Success();
            });
        return stage;
    }

    private static async Task<(CauseKind Kind, string Text)> ExplainAsync(Scene scene, string? task, string runId = "r", params string[] keys)
    {
        // What is shown is published within a second.
        await scene.SettleAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        await scene.SettleAsync();
        var explanation = (await scene.Host.Services.Explainer.ExplainAsync(runId, task, [.. keys]))!;
        return explanation.Causes is [var first, ..] ? (first.Kind, first.Text) : default;
    }

    private static async Task<Scene> PlayAsync(Stage stage, Action<DagBuilder> build)
    {
        var scene = await Scene.OpenAsync(stage);
        var dag = new DagBuilder("d");
        build(dag);
        await scene.TriggerAsync(dag.Build());
        return scene;
    }

    [Fact]
    public async Task Task_WaitsForUpstreams_NamesThemWithTheirStatesAndItsRule()
    {
        await using var scene = await PlayAsync(Endless("a"), dag =>
        {
            var c = dag.Work("c");
            dag.Link(dag.Work("a") >> c);
            dag.Link(dag.Work("b") >> c);
        });

        Assert.Equal((CauseKind.Upstreams, "'c' waits for 'a' (running); its rule is all_success"), await ExplainAsync(scene, "c"));
        Assert.Equal(default, await ExplainAsync(scene, "a"));
        Assert.Equal(default, await ExplainAsync(scene, "b"));
    }

    [Fact]
    public async Task Task_WaitsAtAFullPool_NamesHoldersAndItsPlace()
    {
        var stage = Endless("a").On("first", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromSeconds(1));
            return TaskOutcome.Success();
        });
        await using var scene = await PlayAsync(stage, dag =>
        {
            dag.Work("a").Pool("db", 128);
            dag.Link(dag.Work("first") >> dag.Work("b").Pool("db"));
        });

        // Only once 'a' holds its slots, 'b' asks for one.
        await scene.SettleAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((CauseKind.Pool, "'b' waits as number 1 of 1 at pool 'db', whose 128 slots are held by 'a' of run 'r'"), await ExplainAsync(scene, "b"));
    }

    [Fact]
    public async Task Run_Queued_NamesTheRunsBeforeIt()
    {
        await using var scene = await Scene.OpenAsync(Endless("a"));
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Work("a");
        var spec = dag.Build();
        foreach (var id in (string[])["r1", "r2", "r3"]) await scene.TriggerAsync(spec, runId: id);

        var first = await ExplainAsync(scene, null, "r2");
        var second = await ExplainAsync(scene, "a", "r3");

        Assert.Equal((CauseKind.RunSlot, CauseKind.RunSlot), (first.Kind, second.Kind));
        Assert.EndsWith("1 runs of 'd' may be under way, and these are: 'r1'", first.Text);
        Assert.StartsWith("run 'r3' is queued as number 2 of 2", second.Text);
    }

    [Fact]
    public async Task Task_UpForRetry_SaysWhen()
    {
        await using var scene = await PlayAsync(new Stage().On("a", _ => TaskOutcome.Failed("broken")), dag => dag.Work("a").Retries(1, TimeSpan.FromHours(1)));

        var (kind, text) = await ExplainAsync(scene, "a");

        Assert.Equal((CauseKind.Retry, true), (kind, text.EndsWith("as try 1 failed: broken", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Task_OfAPausedRun_SaysSo()
    {
        await using var scene = await PlayAsync(Endless("a"), dag => dag.Link(dag.Work("a") >> dag.Work("b")));
        await scene.Host.Runs.PauseAsync("r", new PauseCommand(true));

        Assert.Equal((CauseKind.Paused, "run 'r' is paused"), await ExplainAsync(scene, "b"));
    }

    [Fact]
    public async Task Sensor_SaysWhenItLooksNext()
    {
        var stage = new Stage();
        stage.Sensor.MetAfter = 1_000;
        await using var scene = await PlayAsync(stage, dag => dag.Task("s", "sensor"));

        var (kind, text) = await ExplainAsync(scene, "s");

        Assert.Equal(CauseKind.Sensor, kind);
        Assert.StartsWith("the condition of 's', sensor {}, does not hold yet: looked at last at ", text);
    }

    [Fact]
    public async Task Job_NamesItsIdWhereItRuns()
    {
        var stage = new Stage();
        stage.FakeBackend.DoneAfter = null;
        await using var scene = await PlayAsync(stage, dag => dag.Task("j", "job"));

        var (kind, text) = await ExplainAsync(scene, "j");

        Assert.Equal(CauseKind.Job, kind);
        Assert.StartsWith("'j' runs elsewhere as job job 'r/j/1': looked ", text);
    }

    [Fact]
    public async Task MappedTask_WhoseListIsNotMade_SaysSo()
    {
        await using var scene = await PlayAsync(Endless("list"), dag =>
        {
            var list = dag.Work("list");
            dag.Link(list >> dag.Work("each").Map(list.Output));
        });

        var causes = (await scene.Host.Services.Explainer.ExplainAsync("r", "each", ["x"]) is { } before && before.Causes.Length > 0 ? before : (await Later(scene)))!.Causes;

        Assert.Contains(causes, cause => cause is { Kind: CauseKind.List, Text: "the list of 'each', by which 'each' is mapped, is not made yet" });

        static async Task<Explanation?> Later(Scene scene)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(2));
            await scene.SettleAsync();
            return await scene.Host.Services.Explainer.ExplainAsync("r", "each", ["x"]);
        }
    }

    [Fact]
    public async Task Task_BeyondMaxActive_NamesTheLimit()
    {
        await using var scene = await PlayAsync(Endless("each"), dag => dag.Work("each").Map(["x", "y"], key: "{{ item }}", maxActive: 1));

        Assert.Equal((CauseKind.RunLimit, "'each[y]' waits: 1 instances of 'each' are at work"), await ExplainAsync(scene, "each", keys: "y"));
    }

    [Fact]
    public async Task Task_ThatDependsOnThePast_NamesTheRun()
    {
        await using var scene = await Scene.OpenAsync(Endless("a"));
        var dag = new DagBuilder("d");
        dag.Work("a").DependsOnPast();
        var spec = dag.Build();
        await scene.TriggerAfterAsync(spec, "r0", null);
        await scene.TriggerAfterAsync(spec, "r", "r0");

        Assert.Equal((CauseKind.Past, "'a' waits for 'a' of the run before, 'r0'"), await ExplainAsync(scene, "a"));
    }

    [Fact]
    public async Task NoSuchRunOrTask_IsNull()
    {
        await using var scene = await PlayAsync(new Stage(), dag => dag.Work("a"));
        await scene.EndAsync();

        Assert.Null(await scene.Host.Services.Explainer.ExplainAsync("nobody"));
        Assert.Null(await scene.Host.Services.Explainer.ExplainAsync("r", "nobody", []));
        Assert.Equal("it is success", (await scene.Host.Services.Explainer.ExplainAsync("r", "a", []))!.Text);
    }
}

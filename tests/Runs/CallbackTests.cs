using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Callbacks: on success, failure, retry, skip, late; each a run of its own, outside the run's outcome.</summary>
public sealed class CallbackTests
{
    private static readonly object Say = new { value = "{{ about.kind }} {{ about.task }} {{ about.try }} {{ about.state }} {{ about.reason }}" };

    /// <summary>Callbacks on a task, each of which says what it is about.</summary>
    private static TaskNode Watched(TaskNode task) =>
        task.OnSuccess("say", Say).OnFailure("say", Say).OnRetry("say", Say).OnSkip("say", Say);

    /// <summary>A stage on which callbacks are heard.</summary>
    private static (Stage Stage, List<string> Heard) Listening()
    {
        var heard = new List<string>();
        var stage = new Stage();
        stage.On("say", act =>
        {
            lock (heard) heard.Add(act.Value.GetString()!.TrimEnd());
            return TaskOutcome.Success();
        });
        return (stage, heard);
    }

    private static async Task<List<string>> HearAsync(Action<Stage> set, Func<DagBuilder, TaskNode> build, Func<Scene, Task>? act = null)
    {
        var (stage, heard) = Listening();
        set(stage);
        await using var scene = await Scene.OpenAsync(stage);
        var dag = new DagBuilder("d");
        Watched(build(dag));
        await scene.TriggerAsync(dag.Build());
        if (act is not null) await act(scene);
        await scene.EndAsync();
        await scene.DrainAsync();
        return [.. heard.Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Task_Succeeds_FiresSuccess() =>
        Assert.Equal(["success a 1 success"], await HearAsync(_ => { }, dag => dag.Work("a")));

    [Fact]
    public async Task Task_FailsAfterRetries_FiresRetryForEachTryAndFailureOnce() =>
        Assert.Equal(["failure a 3 failed broken", "retry a 1 up_for_retry broken", "retry a 2 up_for_retry broken"],
            await HearAsync(stage => stage.On("a", _ => TaskOutcome.Failed("broken")), dag => dag.Work("a").Retries(2, TimeSpan.FromMinutes(1))));

    [Fact]
    public async Task Task_SkipsItself_FiresSkip() =>
        Assert.Equal(["skip a 1 skipped no data"], await HearAsync(stage => stage.On("a", _ => TaskOutcome.Skipped("no data")), dag => dag.Work("a")));

    /// <summary>"Failure callbacks do not fire for cancelled work", nor for what never ran because an upstream failed.</summary>
    [Fact]
    public async Task Task_UpstreamFailed_FiresNothing() =>
        Assert.Empty(await HearAsync(stage => stage.On("a", _ => TaskOutcome.Failed("broken")), dag =>
        {
            var b = dag.Work("b");
            dag.Link(dag.Work("a") >> b);
            return b;
        }));

    [Fact]
    public async Task Task_Cancelled_FiresNothing() =>
        Assert.Empty(await HearAsync(stage => stage.On("a", Endless), dag => dag.Work("a"), async scene =>
        {
            await scene.UntilAsync(instances => instances.Count > 0 && instances["a"].State is TaskState.Running);
            await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        }));

    [Fact]
    public async Task Task_MarkedByHand_FiresNothing() =>
        Assert.Empty(await HearAsync(stage => stage.On("a", Endless), dag => dag.Work("a"), async scene =>
        {
            await scene.UntilAsync(instances => instances.Count > 0 && instances["a"].State is TaskState.Running);
            await scene.Host.Runs.MarkAsync("r", new MarkCommand([new("a", [])], TaskState.Failed));
        }));

    [Fact]
    public async Task Task_TookTooLong_FiresFailure() =>
        Assert.Equal(["failure a 1 failed the task took longer than its 1m over all tries"],
            await HearAsync(stage => stage.On("a", Endless), dag => dag.Work("a").TaskTimeout(TimeSpan.FromMinutes(1))));

    [Fact]
    public async Task Task_InARunThatTimesOut_FiresNothing()
    {
        var (stage, heard) = Listening();
        await using var scene = await Scene.OpenAsync(stage.On("a", Endless));
        var dag = new DagBuilder("d") { RunTimeout = TimeSpan.FromMinutes(1) };
        Watched(dag.Work("a"));

        Assert.Equal(RunStatus.Failed, (await scene.RunAsync(dag.Build())).Body.Status);
        await scene.DrainAsync();

        Assert.Empty(heard);
    }

    [Fact]
    public async Task MappedTask_FiresForEachInstance()
    {
        var (stage, heard) = Listening();
        await using var scene = await Scene.OpenAsync(stage.On("each", act => act.Context.Key == "y" ? TaskOutcome.Failed("broken") : TaskOutcome.Success()), partSize: 2);
        var dag = new DagBuilder("d");
        dag.Work("each").Map(["x", "y", "z"], key: "{{ item }}").OnSuccess("say", new { value = "+{{ about.keys | json }}" }).OnFailure("say", new { value = "-{{ about.keys | json }}" });

        await scene.RunAsync(dag.Build());
        await scene.DrainAsync();

        Assert.Equal(["+[\"x\"]", "+[\"z\"]", "-[\"y\"]"], heard.Order(StringComparer.Ordinal));
    }

    /// <summary>A member's failure that starts its group again is not for good.</summary>
    [Fact]
    public async Task GroupThatStartsAgain_FiresRetryAndThenFailure() =>
        Assert.Equal(["failure g.a 2 failed broken", "retry g.a 1 failed broken"],
            await HearAsync(stage => stage.On("g.a", _ => TaskOutcome.Failed("broken")), dag => dag.Group("g").Retries(1, TimeSpan.Zero).Work("a")));

    [Theory]
    [InlineData(true, "success  0 success ")]
    [InlineData(false, "failure  0 failed 'a' failed")]
    public async Task Run_Ends_FiresItsOwn(bool succeeds, string expected)
    {
        var (stage, heard) = Listening();
        await using var scene = await Scene.OpenAsync(stage.On("a", _ => succeeds ? TaskOutcome.Success() : TaskOutcome.Failed("broken")));
        var dag = new DagBuilder("d");
        dag.Work("a");
        dag.OnSuccess("say", Say).OnFailure("say", Say);

        await scene.RunAsync(dag.Build());
        await scene.DrainAsync();

        Assert.Equal([expected.TrimEnd()], heard);
    }

    [Fact]
    public async Task Run_OpenedAgain_FiresAgain()
    {
        var (stage, heard) = Listening();
        await using var scene = await Scene.OpenAsync(stage);
        var dag = new DagBuilder("d");
        dag.Work("a");
        dag.OnSuccess("say", Say);
        await scene.RunAsync(dag.Build());

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("a", [])] });
        await scene.EndAsync();
        await scene.DrainAsync();

        Assert.Equal(2, heard.Count);
    }

    [Fact]
    public async Task Callback_OfItsOwn_IsARunWithConfParentAndTrigger()
    {
        var (stage, _) = Listening();
        await using var scene = await Scene.OpenAsync(stage);
        var dag = new DagBuilder("d");
        dag.Param("region", "string");
        dag.Work("a").OnSuccess("say", new { value = "{{ about.run_id }} {{ params.region }}" });
        await scene.RunAsync(dag.Build(), new { region = "north" });
        await scene.DrainAsync();

        var callback = await scene.OnlyRunAsync("d.on_success");

        Assert.Equal(("callback", "r", RunStatus.Success), (callback.Request.Trigger, callback.Request.Parent, callback.Body.Status));
        Assert.Equal("north", callback.Request.Params.GetProperty("region").GetString());
    }

    /// <summary>"Run outside the run's outcome."</summary>
    [Fact]
    public async Task Callback_ThatFails_ChangesNothing()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("say", _ => TaskOutcome.Failed("nobody listens")));
        var dag = new DagBuilder("d");
        dag.Work("a").OnSuccess("say");

        Assert.Equal(RunStatus.Success, (await scene.RunAsync(dag.Build())).Body.Status);
        await scene.DrainAsync();

        Assert.Equal(RunStatus.Failed, (await scene.OnlyRunAsync("d.on_success")).Body.Status);
    }

    private static async Task<TaskOutcome> Endless(Act act)
    {
        await act.WorkForEverAsync();
        return TaskOutcome.Success();
    }
}

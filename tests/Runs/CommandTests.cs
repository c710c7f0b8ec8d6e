using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>semantics.md, Rerun, and what people ask of a run beside it.</summary>
public sealed class CommandTests
{
    private static InstanceSelector All(string task) => new(task, []);

    private static Stage Endless(string task, int tries = 1) => new Stage().On(task, async act =>
    {
        if (act.Try <= tries) await act.WorkForEverAsync();
        return TaskOutcome.Success();
    });

    /// <summary>"Cancel [...]: active instances are killed and become failed [...], no retry, those not started skipped; then teardowns run; then the run is cancelled."</summary>
    [Fact]
    public async Task Cancel_KillsWork_ThenRunsTeardowns()
    {
        await using var scene = await Scene.OpenAsync(Endless("work", tries: 9));
        var dag = new DagBuilder("d");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work").Retries(5) >> dag.Work("more") >> down, up >> down);
        scene.Stage.On("down", _ => scene.Stage.Journal.Single(each => each.Task == "work").Ended ? TaskOutcome.Success() : TaskOutcome.Failed("the work is not dead"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["work"].State is TaskState.Running);

        Assert.True(await scene.Host.Runs.CancelAsync("r", new CancelCommand(By: "ann")));
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Cancelled, "down:Success more:Skipped up:Success work:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal("cancelled by ann", run.Body.Reason);
        Assert.Equal(1, scene.Stage.Executions("work"));
    }

    /// <summary>"Cancelling again with force kills teardowns."</summary>
    [Fact]
    public async Task Cancel_WithForce_KillsTeardowns()
    {
        await using var scene = await Scene.OpenAsync(Endless("down"));
        var dag = new DagBuilder("d");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work") >> down, up >> down);
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["down"].State is TaskState.Running);
        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        await scene.SettleAsync();
        Assert.Equal(TaskState.Running, (await scene.InstancesAsync())["down"].State);

        await scene.Host.Runs.CancelAsync("r", new CancelCommand(Force: true));
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Cancelled, "down:Failed up:Success work:Success"), (run.Body.Status, await scene.StatesAsync()));
    }

    [Fact]
    public async Task Cancel_OfNoRun_IsFalse()
    {
        await using var scene = await Scene.OpenAsync();

        Assert.False(await scene.Host.Runs.CancelAsync("nobody", new CancelCommand()));
    }

    /// <summary>semantics.md, Schedules: "A paused run starts nothing new; running work [...] go on."</summary>
    [Fact]
    public async Task Pause_StartsNothingNew_UntilResumed()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(1));
            return TaskOutcome.Success();
        }));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["a"].State is TaskState.Running);

        await scene.Host.Runs.PauseAsync("r", new PauseCommand(true));
        var paused = await scene.UntilAsync(instances => instances["a"].State is TaskState.Success);
        await scene.SettleAsync();
        scene.Time.Advance(TimeSpan.FromHours(5));
        await scene.SettleAsync();
        Assert.Equal((RunStatus.Paused, 0), ((await scene.ViewAsync()).Body.Status, scene.Stage.Executions("b")));

        await scene.Host.Runs.PauseAsync("r", new PauseCommand(false));
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (run.Body.Status, await scene.StatesAsync()));
    }

    /// <summary>"Mark (success, failed, skipped) on active work kills and confirms first. Afterwards the outcome is taken again."</summary>
    [Fact]
    public async Task Mark_OnActiveWork_KillsFirst()
    {
        await using var scene = await Scene.OpenAsync(Endless("a"));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b"));
        scene.Stage.On("b", _ => scene.Stage.Journal[0].Ended ? TaskOutcome.Success() : TaskOutcome.Failed("not dead"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["a"].State is TaskState.Running);

        await scene.Host.Runs.MarkAsync("r", new MarkCommand([All("a")], TaskState.Success));
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (run.Body.Status, await scene.StatesAsync()));
    }

    /// <summary>"Instances downstream that never ran [...] always go back to none [...] after a mark too"; "A finished run opens again."</summary>
    [Fact]
    public async Task Mark_AfterTheEnd_OpensTheRun()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", _ => TaskOutcome.Failed("broken")));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b"));
        Assert.Equal(RunStatus.Failed, (await scene.RunAsync(dag.Build())).Body.Status);

        await scene.Host.Runs.MarkAsync("r", new MarkCommand([All("a")], TaskState.Success));
        await scene.SettleAsync();
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (run.Body.Status, await scene.StatesAsync()));
    }

    /// <summary>"clear [...] downstream (default true) [...] all go back to none with a higher try number. [...] A finished run opens again."</summary>
    [Fact]
    public async Task Clear_AfterTheEnd_RunsWhatMustAgain()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("b", act => act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b") >> dag.Work("c"), dag.Work("x"));
        Assert.Equal(RunStatus.Failed, (await scene.RunAsync(dag.Build())).Body.Status);

        Assert.True(await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [All("b")] }));
        await scene.SettleAsync();
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success c:Success x:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(["r/a/1", "r/b/1", "r/b/2", "r/c/1", "r/x/1"], scene.Stage.Attempts.Order());
        Assert.Equal(1, run.Body.Opened);
    }

    /// <summary>"failed_only (keeps F and U of the selection)"; "with map keys".</summary>
    [Fact]
    public async Task Clear_FailedOnly_LeavesWhatSucceeded()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", act => act.Context.Key == "q" && act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("each").Map(["p", "q"], key: "{{ item }}") >> dag.Work("after"));
        await scene.RunAsync(dag.Build());

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [All("each")], FailedOnly = true });
        await scene.SettleAsync();
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "after:Success each[p]:Success each[q]:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(4, scene.Stage.Journal.Count);
    }

    [Fact]
    public async Task Wait_OrchestrationGone_SaysSoAndDoesNotWaitForEver()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", act => act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        var dag = new DagBuilder("d");
        dag.Work("a").Retries(1, TimeSpan.FromHours(1));
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        await scene.Host.Embedded.Client.TerminateInstanceAsync(ActorInstanceId.Of(RunPaths.Of("r"), 1), "by the test");
        await scene.SettleAsync();
        await scene.Host.Runs.CheckAsync(await scene.ViewAsync());
        scene.Time.Advance(TimeSpan.FromMinutes(3));

        var broken = await Assert.ThrowsAsync<UpdraftException>(async () => await scene.Host.Runs.CheckAsync(await scene.ViewAsync()));

        Assert.Equal(RunErrors.Broken, broken.Code);
    }

    /// <summary>As above, where the mapped instances live in parts.</summary>
    [Fact]
    public async Task Clear_OfOneInstanceInAPart_RunsItAlone()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", act => act.Context.Key == "333" && act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("each").Map(Enumerable.Range(0, 450).ToArray()) >> dag.Work("after"));
        Assert.Equal(RunStatus.Failed, (await scene.RunAsync(dag.Build())).Body.Status);

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("each", ["333"])] });
        await scene.SettleAsync();
        var run = await scene.EndAsync();

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(452, scene.Stage.Journal.Count);
        Assert.Equal(2, scene.Stage.Journal.Count(each => each.Instance == "each[333]"));
    }

    /// <summary>A mark reaches the part that owns the instance, and what follows is decided anew.</summary>
    [Fact]
    public async Task Mark_OfOneInstanceInAPart_IsPassedOn()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", act => act.Context.Key == "3" ? TaskOutcome.Failed("broken") : TaskOutcome.Success()), partSize: 2);
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("each").Map([0, 1, 2, 3, 4]) >> dag.Work("after"));
        Assert.Equal(RunStatus.Failed, (await scene.RunAsync(dag.Build())).Body.Status);

        await scene.Host.Runs.MarkAsync("r", new MarkCommand([new("each", ["3"])], TaskState.Success));
        await scene.SettleAsync();
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "after:Success each[0]:Success each[1]:Success each[2]:Success each[3]:Success each[4]:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(6, scene.Stage.Journal.Count);
    }

    [Fact]
    public async Task Cancel_OfAPausedRun_StartsNothing()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(1));
            return TaskOutcome.Success();
        }));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["a"].State is TaskState.Running);
        await scene.Host.Runs.PauseAsync("r", new PauseCommand(true));
        await scene.UntilAsync(instances => instances["b"].State is TaskState.Scheduled);

        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Cancelled, "a:Success b:Skipped"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Single(scene.Stage.Journal);
        await scene.Host.Runs.PauseAsync("r", new PauseCommand(true));
        await scene.SettleAsync();
        Assert.Equal(RunStatus.Cancelled, (await scene.EndAsync()).Body.Status);
    }

    /// <summary>"Running work among them is killed and confirmed dead, then all go back to none with a higher try number."</summary>
    [Fact]
    public async Task Clear_WhileRunning_KillsFirst()
    {
        await using var scene = await Scene.OpenAsync(Endless("b"));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b") >> dag.Work("c"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["b"].State is TaskState.Running);

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [All("a")] });
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success c:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(["r/a/1", "r/b/1", "r/a/2", "r/b/2", "r/c/1"], scene.Stage.Attempts);
        Assert.Equal(1, scene.Stage.Peak);
    }

    [Fact]
    public async Task Trigger_TwiceWithOneId_MakesOneRun()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Work("a");

        var triggered = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => scene.TriggerAsync(dag.Build())));
        await scene.EndAsync();

        Assert.Single(triggered, one => one.Created);
        Assert.Equal(1, scene.Stage.Executions("a"));
        Assert.False((await scene.TriggerAsync(dag.Build())).Created);
        Assert.Equal(1, scene.Stage.Executions("a"));
    }

    [Fact]
    public async Task Trigger_WithConfThatNoParamAllows_IsRefused()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.RequiredParam("n", new { type = "integer" });
        dag.Work("a");

        foreach (var conf in (object?[])[null, new { n = "x" }, new { n = 1, m = 2 }])
        {
            var refused = await Assert.ThrowsAsync<UpdraftException>(() => scene.TriggerAsync(dag.Build(), conf));
            Assert.Equal(RunErrors.ConfRefused, refused.Code);
        }
        Assert.Null(await scene.Host.Runs.Reader.GetAsync("r"));
    }

    [Fact]
    public async Task Restart_InMidRun_GoesOn()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("b", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromMinutes(1));
            return TaskOutcome.Success(1);
        }));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b") >> dag.Work("c"));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["b"].State is TaskState.Running);

        await scene.RestartAsync();
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "a:Success b:Success c:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(["r/a/1", "r/b/1", "r/b/1", "r/c/1"], scene.Stage.Journal.Select(each => each.Attempt));
    }

    [Fact]
    public async Task CancelByForce_OfAPausedRun_SkipsATeardownThatWasHeldBack()
    {
        await using var scene = await Scene.OpenAsync(Endless("work"));
        var dag = new DagBuilder("d");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work") >> down, up >> down);
        dag.Link(up >> dag.Work("other"));
        scene.Stage.On("other", _ => TaskOutcome.Success());
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["work"].State is TaskState.Running && instances["other"].State is TaskState.Success);
        await scene.Host.Runs.PauseAsync("r", new PauseCommand(true));
        await scene.Host.Runs.MarkAsync("r", new MarkCommand([All("work")], TaskState.Success));
        await scene.UntilAsync(instances => instances["down"].State is TaskState.Scheduled);

        await scene.Host.Runs.CancelAsync("r", new CancelCommand(Force: true));
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Cancelled, 0), (run.Body.Status, scene.Stage.Executions("down")));
        Assert.Equal(TaskState.Skipped, (await scene.InstancesAsync())["down"].State);
    }
}

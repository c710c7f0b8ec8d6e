using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>DAG calls DAG: start another DAG, wait or not, pass conf, receive its outputs.</summary>
public sealed class ChildDagTests
{
    [Fact]
    public async Task Dag_Waits_AndHandsOverTheOutputsOfTheChildsLeaves()
    {
        await using var scene = await Scene.OpenAsync();
        var child = new DagBuilder("child");
        child.Param("n", 0);
        var list = child.Work("list", new[] { 1, 2 });
        child.Link(list >> child.Work("each", "{{ item }}").Map(list.Output));
        child.Work("other", "{{ params.n }}");
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        var call = dag.Task("call", "dag", new { dag = "child", conf = new { n = 7 }, labels = new { team = "ml" }, note = "for the parent" });
        dag.Link(call >> dag.Work("after", call.Output));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, "after:Success call:Success"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal("""{"each":[1,2],"other":7}""", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetRawText());
        var of = (await scene.OnlyRunAsync("child")).Request;
        Assert.Equal(("r", "dag", "ml", "for the parent"), (of.Parent, of.Trigger, of.Labels["team"], of.Note));
        // The child wakes its parent: none waits for a look.
        Assert.True(run.Body.EndedAt - run.Body.StartedAt < TimeSpan.FromSeconds(1), $"it took {run.Body.EndedAt - run.Body.StartedAt}");
    }

    [Fact]
    public async Task Dag_OutputsOfNamedTasks_AreThose()
    {
        await using var scene = await Scene.OpenAsync();
        var child = new DagBuilder("child");
        child.Link(child.Work("a", 1) >> child.Work("b", 2));
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", outputs = new[] { "a" } });

        await scene.RunAsync(dag.Build());

        Assert.Equal("""{"a":1}""", (await scene.InstancesAsync())["call"].Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dag_AsManyRunsOfTheChildWaitAsMay_IsStartedOnceThereIsRoom(bool wait)
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("slow", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromHours(1));
            return TaskOutcome.Success();
        });
        var child = new DagBuilder("child") { MaxActiveRuns = 1, MaxQueuedRuns = 1 };
        child.Work("slow");
        await scene.PublishAsync(child.Build());
        foreach (var id in new[] { "first", "second" }) await scene.Host.Services.Catalogue.TriggerAsync("child", trigger => trigger with { RunId = id });
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", wait });

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, TimeSpan.FromHours(wait ? 3 : 1)), (run.Body.Status, TimeSpan.FromHours(Math.Round((run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalHours))));
        for (var hour = 0; hour < 3; hour++) await scene.DrainAsync();
        Assert.Equal(3, scene.Stage.Executions("slow"));
    }

    [Fact]
    public async Task Dag_WithoutWaiting_GoesOnAtOnceWithTheRunsId()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("slow", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromHours(1));
            return TaskOutcome.Success();
        });
        var child = new DagBuilder("child");
        child.Work("slow");
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", wait = false, run_id = "mine" });

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal("""{"runId":"mine"}""", (await scene.InstancesAsync())["call"].Output!.Value!.Value.GetRawText());
        Assert.Equal(RunStatus.Running, (await scene.ViewAsync("mine")).Body.Status);
    }

    [Fact]
    public async Task Dag_ChildFails_FailsWithItsReasonAndARetryStartsAnother()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("bad", _ => TaskOutcome.Failed("broken"));
        var child = new DagBuilder("child");
        child.Work("bad");
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child" }).Retries(1);

        var run = await scene.RunAsync(dag.Build());

        var call = (await scene.InstancesAsync())["call"];
        Assert.Equal((RunStatus.Failed, TaskState.Failed, OperatorErrors.ChildFailed, 2), (run.Body.Status, call.State, call.Code, call.Try));
        Assert.Contains("of DAG 'child' failed", call.Reason, StringComparison.Ordinal);
        Assert.Equal(2, scene.Stage.Executions("bad"));
    }

    [Fact]
    public async Task Dag_NamedChildFails_IsMendedByARetry()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("flaky", act => act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success());
        var child = new DagBuilder("child");
        child.Link(child.Work("fine") >> child.Work("flaky"));
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", run_id = "daily" }).Retries(1);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, 1, 2), (run.Body.Status, scene.Stage.Executions("fine"), scene.Stage.Executions("flaky")));
    }

    [Fact]
    public async Task Dag_ChildClearedAfterItsFailure_IsFollowedAsLongAsItRuns()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("work", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromHours(2));
            return TaskOutcome.Success(act.Try);
        });
        var child = new DagBuilder("child");
        child.Work("work");
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", run_id = "c" });
        await scene.TriggerAsync(dag.Build());
        await scene.DriveAsync(async () => scene.Stage.Executions("work") == 1 && await scene.Host.Runs.Reader.GetAsync("c") is { Body.Status: RunStatus.Running });

        await scene.Host.Runs.ClearAsync("c", new ClearCommand { Tasks = [new("work", [])] });
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, """{"work":2}"""), (run.Body.Status, (await scene.InstancesAsync())["call"].Output!.Value!.Value.GetRawText()));
    }

    [Fact]
    public async Task Dag_ParentCancelled_CancelsTheChildAndWaitsForItsEnd()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("endless", Endless);
        var child = new DagBuilder("child");
        child.Work("endless");
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child" });
        await scene.TriggerAsync(dag.Build());
        await scene.DriveAsync(() => Task.FromResult(scene.Stage.Executions("endless") == 1));

        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        var run = await scene.EndAsync();

        Assert.Equal(RunStatus.Cancelled, run.Body.Status);
        var of = await scene.OnlyRunAsync("child");
        Assert.Equal(RunStatus.Cancelled, of.Body.Status);
        Assert.True(of.Body.EndedAt <= run.Body.EndedAt);
    }

    [Fact]
    public async Task Dag_OfARunThatWasThere_IsNotCancelledWithTheParent()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("endless", Endless);
        var child = new DagBuilder("child");
        child.Work("endless");
        await scene.PublishAsync(child.Build());
        await scene.Host.Services.Catalogue.TriggerAsync("child", trigger => trigger with { RunId = "shared" });
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child", run_id = "shared" });
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Count > 0 && instances["call"].State is TaskState.Waiting);
        await scene.SettleAsync();

        await scene.Host.Runs.CancelAsync("r", new CancelCommand());

        Assert.Equal(RunStatus.Cancelled, (await scene.EndAsync()).Body.Status);
        Assert.Equal(RunStatus.Running, (await scene.ViewAsync("shared")).Body.Status);
    }

    [Fact]
    public async Task Dag_ThatIsNotPublished_FailsForGood()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "nobody" }).Retries(3);

        await scene.RunAsync(dag.Build());

        var call = (await scene.InstancesAsync())["call"];
        Assert.Equal((TaskState.Failed, OperatorErrors.ChildRefused, 1), (call.State, call.Code, call.Try));
        Assert.Contains("'nobody'", call.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dag_ThatCallsItself_EndsAtTheDepthThatIsAllowed()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("snake");
        dag.Task("call", "dag", new { dag = "snake" });
        var spec = dag.Build();
        await scene.PublishAsync(spec);

        var run = await scene.RunAsync(spec);

        Assert.Equal(RunStatus.Failed, run.Body.Status);
        var runs = await scene.Host.Runs.ListAsync("snake").ToListAsync();
        Assert.Equal(DagOperator.MaxDepth, runs.Count);
        var codes = new List<string?>();
        foreach (var (entry, _) in runs) codes.Add((await scene.InstancesAsync(entry.RunId))["call"].Code);
        Assert.Single(codes, OperatorErrors.ChildTooDeep);
    }

    private static async Task<TaskOutcome> Endless(Act act)
    {
        await act.WorkForEverAsync();
        return TaskOutcome.Success();
    }
}

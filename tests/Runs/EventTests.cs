using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Events to running runs, by the run's business key.</summary>
public sealed class EventTests
{
    private static readonly DagSpec Waits = Waiting("waits");

    [Fact]
    public async Task Event_SentToAWait_GoesOnAtOnceWithItsData()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await UntilWaitingAsync(scene);

        var sent = await SendAsync(scene, new { by = "ann" });
        await scene.SettleAsync();

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 1), sent);
        // Without any jump of the clock: nobody polls.
        Assert.Equal((RunStatus.Success, """{"by":"ann"}"""), ((await scene.ViewAsync()).Body.Status, (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetRawText()));
    }

    [Fact]
    public async Task Event_SentBeforeTheWait_IsKeptForIt()
    {
        await using var scene = await Scene.OpenAsync();
        Assert.Equal(EventOutcomeKind.Kept, (await SendAsync(scene)).Kind);

        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await scene.SettleAsync();

        Assert.Equal(RunStatus.Success, (await scene.ViewAsync()).Body.Status);
    }

    [Fact]
    public async Task Event_AfterTheWaitWhileTheRunGoesOn_IsLate()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("after", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromHours(1));
            return Operators.TaskOutcome.Success();
        }));
        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await UntilWaitingAsync(scene);
        await SendAsync(scene);
        await scene.DriveAsync(() => Task.FromResult(scene.Stage.Executions("after") == 1));

        Assert.Equal(EventOutcomeKind.Late, (await SendAsync(scene, id: "e2")).Kind);
        await scene.EndAsync();
        Assert.Equal(EventOutcomeKind.Kept, (await SendAsync(scene, id: "e3")).Kind);
    }

    [Fact]
    public async Task Event_ExclusiveOfTwoRuns_GoesToOne()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = Waiting("exclusive", new { name = "approved", exclusive = true });
        await scene.TriggerAboutAsync(dag, "r", "order-42");
        await scene.TriggerAboutAsync(dag, "s", "order-42");
        await UntilWaitingAsync(scene, "r");
        await UntilWaitingAsync(scene, "s");

        await SendAsync(scene);
        await scene.SettleAsync();
        Assert.Single(await EndedAsync(scene, "r", "s"));

        await SendAsync(scene, id: "e2");
        await scene.SettleAsync();
        Assert.Equal(2, (await EndedAsync(scene, "r", "s")).Count);
    }

    [Theory]
    [InlineData(false, RunStatus.Failed, TaskState.Failed)]
    [InlineData(true, RunStatus.Success, TaskState.Skipped)]
    public async Task Event_NotWithinTheDeadline_FailsOrSkips(bool soft, RunStatus status, TaskState state)
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("deadline");
        dag.Task("wait", "event", new { name = "approved", deadline = "30m", soft_fail = soft });
        await scene.TriggerAboutAsync(dag.Build(), "r", "order-42");

        var run = await scene.EndAsync();

        Assert.Equal((status, state), (run.Body.Status, (await scene.InstancesAsync())["wait"].State));
        Assert.Equal(30, (run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalMinutes, 0.1);
    }

    [Fact]
    public async Task Event_ForARunWithoutABusinessKey_FailsForGood()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.TriggerAboutAsync(Waits, "r", null);

        await scene.EndAsync();

        Assert.Equal(EventErrors.NoKey, (await scene.InstancesAsync())["wait"].Code);
    }

    [Fact]
    public async Task Event_OfAClearedWait_IsAnotherOne()
    {
        await using var scene = await Scene.OpenAsync();
        await SendAsync(scene);
        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await scene.EndAsync();

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("wait", [])] });
        await UntilWaitingAsync(scene);
        Assert.Equal(EventOutcomeKind.Delivered, (await SendAsync(scene, 2, "e2")).Kind);
        await scene.EndAsync();

        Assert.Equal("2", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetRawText());
    }

    [Fact]
    public async Task Event_ForACancelledRun_IsKept()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await UntilWaitingAsync(scene);
        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        await scene.EndAsync();

        Assert.Equal(EventOutcomeKind.Kept, (await SendAsync(scene)).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Event_UnderWeakMode_IsNeverMissed(int seed)
    {
        await using var scene = await Scene.OpenAsync(weakSeed: seed);
        await scene.TriggerAboutAsync(Waits, "r", "order-42");
        await UntilWaitingAsync(scene);
        await SendAsync(scene);

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    private static DagSpec Waiting(string name, object? fields = null)
    {
        var dag = new DagBuilder(name);
        var wait = dag.Task("wait", "event", fields ?? new { name = "approved" });
        dag.Link(wait >> dag.Work("after", wait.Output));
        return dag.Build();
    }

    private static Task<EventOutcome> SendAsync(Scene scene, object? data = null, string id = "e1") =>
        scene.Host.Services.Events.SendAsync(new() { Name = "approved", Key = "order-42", Id = id, Data = JsonSerializer.SerializeToElement(data ?? "yes") });

    private static Task UntilWaitingAsync(Scene scene, string runId = "r") => scene.DriveAsync(async () =>
        await scene.Host.Services.Events.WaitsAsync("order-42").AnyAsync(wait => wait.RunId == runId));

    private static async Task<List<string>> EndedAsync(Scene scene, params string[] runs)
    {
        var ended = new List<string>();
        foreach (var run in runs)
            if ((await scene.ViewAsync(run)).Final) ended.Add(run);
        return ended;
    }
}

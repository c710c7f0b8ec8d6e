using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Child runs, events and messages, with a host that dies at every point: a user does again what was not acknowledged, and all ends as without a crash.</summary>
public sealed class ControlCrashTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public Task Child_CrashAtEveryPoint_RunsOnceAndIsReceived() => EachAsync(_ => { }, async (scene, crashes) =>
    {
        var child = new DagBuilder("child");
        child.Link(child.Work("a", 1) >> child.Work("b", 2));
        await scene.PublishAsync(child.Build());
        var dag = new DagBuilder("parent");
        dag.Task("call", "dag", new { dag = "child" });
        await scene.TriggerAsync(dag.Build());
        Assert.Equal(RunStatus.Success, (await EndAsync(scene, "r")).Body.Status);

        Assert.Equal("""{"b":2}""", (await scene.InstancesAsync())["call"].Output!.Value!.Value.GetRawText());
        Assert.Equal(1, (await scene.InstancesAsync())["call"].Try);
        var of = await scene.OnlyRunAsync("child");
        Assert.Equal((RunStatus.Success, "a:Success b:Success"), (of.Body.Status, await scene.StatesAsync(of.Request.RunId)));
        Assert.Equal(2, scene.Stage.Attempts.Count);
        Assert.True(scene.Stage.Journal.Count <= 2 + crashes);
    });

    [Fact]
    public Task Child_CancelledWithItsParentAndACrashAtEveryPoint_IsDeadAtTheEndOfTheParent() => EachAsync(
        stage => stage.On("endless", async act =>
        {
            await act.WorkForEverAsync();
            return TaskOutcome.Success();
        }),
        async (scene, _) =>
        {
            var child = new DagBuilder("child");
            child.Work("endless");
            await scene.PublishAsync(child.Build());
            var dag = new DagBuilder("parent");
            dag.Task("call", "dag", new { dag = "child" });
            await scene.TriggerAsync(dag.Build());
            await scene.DriveAsync(() => Task.FromResult(scene.Stage.Executions("endless") > 0));
            await scene.Host.Runs.CancelAsync("r", new CancelCommand());

            Assert.Equal(RunStatus.Cancelled, (await EndAsync(scene, "r")).Body.Status);
            Assert.Equal(RunStatus.Cancelled, (await scene.OnlyRunAsync("child")).Body.Status);
        });

    [Fact]
    public Task Event_CrashAtEveryPoint_IsTakenOnce() => EachAsync(_ => { }, async (scene, _) =>
    {
        var dag = new DagBuilder("waits");
        var wait = dag.Task("wait", "event", new { name = "approved", key = "k" });
        dag.Link(wait >> dag.Work("after", wait.Output));
        await scene.TriggerAsync(dag.Build());
        await scene.DriveAsync(async () => await scene.Host.Services.Events.WaitsAsync("k").AnyAsync() || await scene.Host.Services.Events.ListAsync("k").AnyAsync());
        await scene.Host.Services.Events.SendAsync(new() { Name = "approved", Key = "k", Id = "e1", Data = System.Text.Json.JsonSerializer.SerializeToElement(42) });

        Assert.Equal(RunStatus.Success, (await EndAsync(scene, "r")).Body.Status);
        Assert.Equal("42", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetRawText());
        Assert.Equal(1, Assert.Single(await scene.Host.Services.Events.ListAsync("k").ToListAsync()).Waits);
    });

    [Fact]
    public Task Approval_CrashAtEveryPoint_TakesTheFirstAnswer()
    {
        string? told = null;
        return EachAsync(_ => told = null, async (scene, _) =>
        {
            var dag = new DagBuilder("asks");
            var ask = dag.Task("ask", "approval", new { question = "Which?", choices = (string[])["a", "b"] });
            dag.Link(ask >> dag.Work("after", ask.Output));
            await scene.TriggerAsync(dag.Build());
            var approvals = scene.Host.Services.Approvals;
            await scene.DriveAsync(async () => await approvals.OfRunAsync("r").AnyAsync());
            // Who was not answered asks again; another person comes after.
            told ??= (await approvals.AnswerAsync(new() { RunId = "r", TaskId = "ask", By = "ann", Choice = "a" })).Decision!.Choice;
            try
            {
                await approvals.AnswerAsync(new() { RunId = "r", TaskId = "ask", By = "bob", Choice = "b" });
                Assert.Fail("a second answer was taken");
            }
            catch (UpdraftException e) when (e.Code == ApprovalErrors.Answered)
            {
                // The first holds.
            }

            Assert.Equal(RunStatus.Success, (await EndAsync(scene, "r")).Body.Status);
            Assert.Equal("a", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("choice").GetString());
            Assert.Empty((await approvals.ListAsync()).Questions);
            Assert.Empty(await scene.Host.Embedded.State.ListAsync("approvals/").ToListAsync());
        });
    }

    [Fact]
    public Task Approval_CrashAtEveryPointAndNobodyAnswers_TakesTheDefault() => EachAsync(_ => { }, async (scene, _) =>
    {
        var dag = new DagBuilder("asks");
        var ask = dag.Task("ask", "approval", new { question = "Which?", choices = (string[])["a", "b"], deadline = "3h", @default = "b" });
        dag.Link(ask >> dag.Work("after", ask.Output));
        await scene.TriggerAsync(dag.Build());

        Assert.Equal(RunStatus.Success, (await EndAsync(scene, "r")).Body.Status);
        Assert.Equal("b", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("choice").GetString());
        Assert.Equal(1, (await scene.InstancesAsync())["ask"].Try);
    });

    [Fact]
    public Task Message_CrashAtEveryPoint_MakesOneRun()
    {
        var sent = false;
        return EachAsync(_ => sent = false, async (scene, _) =>
        {
            var dag = new DagBuilder("d");
            dag.Work("a");
            await scene.PublishAsync(dag.Build());
            if (!sent) await scene.Host.Services.Queue.SendAsync(new() { Id = "m1", Body = """{"dag":"d"}""" });
            sent = true;
            await scene.Host.Services.QueueConsumer.DrainAsync();
            // What a dead host had locked comes again.
            scene.Time.Advance(TimeSpan.FromMinutes(2));
            await scene.Host.Services.QueueConsumer.DrainAsync();

            var runId = RunIds.OfCause("d", "message", "m1");
            Assert.Equal(RunStatus.Success, (await EndAsync(scene, runId)).Body.Status);
            Assert.Equal(runId, (await scene.OnlyRunAsync("d")).Request.RunId);
            Assert.Single(scene.Stage.Attempts);
            Assert.Empty(await scene.Host.Services.Queue.DeadLettersAsync().ToListAsync());
        });
    }

    private async Task EachAsync(Action<Stage> set, Func<Scene, int, Task> play)
    {
        var points = 0;
        for (var k = 0; ; k += Depth.IsFull ? 1 : 7)
        {
            if (!await PlayAsync(set, play, k)) break;
            points++;
        }
        output.WriteLine($"{points} points");
        Assert.True(points > 5, $"only {points} points were met");
    }

    /// <summary>False when it was over before the crash came.</summary>
    private static async Task<bool> PlayAsync(Action<Stage> set, Func<Scene, int, Task> play, int k)
    {
        var stage = new Stage();
        set(stage);
        await using var scene = Scene.Empty(stage);
        var crash = new CrashAt(k);
        try
        {
            await scene.RestartAsync(crash);
            await play(scene, 0);
            await scene.DrainAsync();
            if (crash.Where is null) return false;
        }
        catch (Exception failure) when (crash.Where is not null && failure is not Xunit.Sdk.XunitException)
        {
            // Whatever the user saw of it, the host is dead.
        }
        try
        {
            await scene.RestartAsync();
            await play(scene, 1);
            await scene.DrainAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"a crash at {crash.Where}: {failure.Message}", failure);
        }
        return true;
    }

    // The watchdog looks once a minute; here, as soon as it would.
    private static async Task<RunView> EndAsync(Scene scene, string runId)
    {
        await scene.SettleAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Host.Services.ReconcileAsync();
        return await scene.EndAsync(runId);
    }
}

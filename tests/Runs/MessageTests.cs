using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Event runs: one run per message with its body as conf.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task Message_OfADag_MakesOneRunHoweverOftenItIsSent()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Dag());
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(scene, "m1", """{"n":7}""", ("dag", "d"), ("business_key", "k"));
            scene.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, await scene.Host.Services.QueueConsumer.DrainAsync());
        await scene.SettleAsync();

        var run = await scene.OnlyRunAsync("d");
        Assert.Equal((RunStatus.Success, "message", "k", "7"), (run.Body.Status, run.Request.Trigger, run.Request.BusinessKey, run.Request.Params.GetProperty("n").GetRawText()));
        Assert.Empty(await scene.Host.Services.Queue.DeadLettersAsync().ToListAsync());
    }

    [Theory]
    [InlineData("""{"dag":"nobody"}""", CatalogueErrors.NoSuchDag)]
    [InlineData("""{"dag":"d","conf":{"m":1}}""", RunErrors.ConfRefused)]
    [InlineData("""{"dag":"d","run_id":" "}""", RunErrors.RunIdRefused)]
    [InlineData("hello", QueueErrors.NotUnderstood)]
    public async Task Message_ThatCannotBeDone_IsPutAsideWithTheReasonAndAnAlert(string body, string code)
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Dag());
        await SendAsync(scene, "m1", body);

        await scene.Host.Services.QueueConsumer.DrainAsync();

        Assert.StartsWith(code, Assert.Single(await scene.Host.Services.Queue.DeadLettersAsync().ToListAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(AlertKinds.DeadLetter, Assert.Single((await scene.Host.Services.Alerts.ListAsync()).Alerts).Kind);
    }

    [Fact]
    public async Task Message_PutAsideAndRequeuedOnceTheCauseIsMended_MakesItsRun()
    {
        await using var scene = await Scene.OpenAsync();
        await SendAsync(scene, "m1", "", ("dag", "d"));
        await scene.Host.Services.QueueConsumer.DrainAsync();
        await scene.PublishAsync(Dag());

        await scene.Host.Services.Queue.RequeueAsync(Assert.Single(await scene.Host.Services.Queue.DeadLettersAsync().ToListAsync()).Name);
        await scene.Host.Services.QueueConsumer.DrainAsync();
        await scene.SettleAsync();

        Assert.Equal(RunStatus.Success, (await scene.OnlyRunAsync("d")).Body.Status);
    }

    [Fact]
    public async Task Message_OfAPausedDag_MakesItsRun()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Dag());
        await scene.Host.Services.Catalogue.PauseAsync("d", Caller.Unknown);
        await SendAsync(scene, "m1", "", ("dag", "d"));

        await scene.Host.Services.QueueConsumer.DrainAsync();
        await scene.SettleAsync();

        Assert.Equal(RunStatus.Success, (await scene.OnlyRunAsync("d")).Body.Status);
    }

    [Fact]
    public async Task Message_WhileAsManyRunsWaitAsMay_IsDoneLater()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", async act =>
        {
            await act.WorkForAsync(TimeSpan.FromSeconds(1));
            return Operators.TaskOutcome.Success();
        }));
        await scene.PublishAsync(Dag(queued: 0));
        await SendAsync(scene, "m1", "", ("dag", "d"));
        await scene.Host.Services.QueueConsumer.DrainAsync();
        await scene.SettleAsync();
        await SendAsync(scene, "m2", "", ("dag", "d"));

        await scene.Host.Services.QueueConsumer.DrainAsync();
        Assert.Single(await scene.Host.Runs.ListAsync("d").ToListAsync());
        await scene.DrainAsync();
        scene.Time.Advance(RunRequestHandler.RetryAfter);
        await scene.Host.Services.QueueConsumer.DrainAsync();

        Assert.Equal(2, (await scene.Host.Runs.ListAsync("d").ToListAsync()).Count);
    }

    private static DagSpec Dag(int? queued = null)
    {
        var dag = new DagBuilder("d") { MaxActiveRuns = queued is null ? null : 1, MaxQueuedRuns = queued };
        dag.Param("n", 0);
        dag.Work("a");
        return dag.Build();
    }

    private static Task SendAsync(Scene scene, string id, string body, params (string Name, string Value)[] properties) => scene.Host.Services.Queue.SendAsync(new()
    {
        Id = id, Body = body, Properties = properties.ToImmutableSortedDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal),
    });
}

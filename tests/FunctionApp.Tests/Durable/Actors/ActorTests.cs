using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>
/// Every kind of actor on a task hub that replays each turn, and whose delivery is as weak as Durable Task's may be: what comes of it is what
/// comes of it on the embedded engine.
/// </summary>
public sealed class ActorTests
{
    public static TheoryData<int?> Seeds
    {
        get
        {
            var count = Depth.IsFull ? 20 : 3;
            var seeds = new TheoryData<int?> { (int?)null };
            for (var seed = 1; seed <= count; seed++) seeds.Add(seed);
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Run_ChainFanOutBranchAndRetries_EndsAsEmbedded(int? seed) => SameAsync(seed, async host =>
    {
        var dag = new DagBuilder("d");
        var first = dag.Act("first", 1);
        var wide = Enumerable.Range(0, 12).Select(n => dag.Act($"wide{n}", n)).ToArray();
        var choose = dag.Act("choose", "left").Branch();
        dag.Link(first >> dag.All(wide) >> choose);
        dag.Link(choose >> dag.Act("left", "taken"), choose >> dag.Act("right"));
        dag.Link(first >> dag.Task("shaky", "act", new { fails = 2, value = first.Output }).Retries(3, TimeSpan.FromMinutes(1)));
        dag.Link(first >> dag.Task("broken", "act", new { fails = 9 }).Retries(1, TimeSpan.FromSeconds(10)) >> dag.Act("after"));
        await host.TriggerAsync(dag.Build());
        await host.EndAsync();
        return await host.RunAsync("r");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Run_MapInParts_EndsAsEmbedded(int? seed) => SameAsync(seed, async host =>
    {
        await host.TriggerAsync(Mapped(70));
        await host.EndAsync();
        return await host.RunAsync("r");
    }, partSize: 20);

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Run_Cleared_RunsAgainAsEmbedded(int? seed) => SameAsync(seed, async host =>
    {
        var dag = new DagBuilder("d");
        dag.Link(dag.Act("a") >> dag.Task("b", "act", new { fails = 1, value = 2 }) >> dag.Act("c"));
        await host.TriggerAsync(dag.Build());
        await host.EndAsync();
        var before = await host.RunAsync("r");
        await host.Services.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("b", [])] });
        await host.UntilAsync(async () => await host.Services.Runs.Reader.GetAsync("r") is { Final: true, Body.Status: RunStatus.Success });
        return before + "\n" + await host.RunAsync("r");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Run_JobsAndSensors_EndAsEmbedded(int? seed) => SameAsync(seed, async host =>
    {
        host.Players.MetAfter = 20;
        var dag = new DagBuilder("d");
        var job = dag.Task("job", "job");
        dag.Link(job >> dag.Act("read", job.Output), dag.Task("own", "own") >> dag.Act("x"), dag.Task("shared", "lasting") >> dag.Act("y"));
        await host.TriggerAsync(dag.Build());
        await host.TriggerAsync(dag.Build(), "s");
        await host.EndAsync();
        await host.EndAsync("s");
        return await host.RunAsync("r") + "\n" + await host.RunAsync("s");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_Cancelled_StopsItsWorkerThroughTheClaim(int? seed)
    {
        await using var host = await RunHost.OnHubAsync(seed);
        var dag = new DagBuilder("d");
        dag.Link(dag.Task("endless", "act", new { forever = true }) >> dag.Act("after"));
        await host.TriggerAsync(dag.Build());
        await host.PassAsync(TimeSpan.FromMinutes(10));

        await host.Services.Runs.CancelAsync("r", new CancelCommand());
        var run = await host.EndAsync();

        Assert.Equal(RunStatus.Cancelled, run.Body.Status);
        Assert.Contains("r/endless/1", host.Players.Stopped);
        Assert.Empty(host.Players.Doubled);
        Assert.Empty(host.Hub!.Broken);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Dag_ScheduleAndBackfill_MakeTheRunsOfEmbedded(int? seed) => SameAsync(seed, async host =>
    {
        var start = host.Now;
        var dag = new DagBuilder("d") { Schedule = new ScheduleSpec { Every = TimeSpan.FromMinutes(10) } };
        dag.Act("a");
        await host.Services.Catalogue.PublishAsync(new PublishDag { Spec = dag.Build() });
        await host.Services.Backfills.CreateAsync(new CreateBackfill { Dag = "d", Id = "b", From = start.AddHours(-1), To = start });
        await host.PassAsync(TimeSpan.FromMinutes(35));
        await host.UntilAsync(async () => (await host.Services.Backfills.GetAsync("b"))!.Body.EndedAt is not null);
        var backfill = (await host.Services.Backfills.GetAsync("b"))!.Body;
        return $"{backfill.Status} {backfill.Ticks} {backfill.Succeeded}\n" + await host.RunsAsync("d");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Canary_ContinuesAsNew_AndBeatsEveryMinute(int? seed)
    {
        await using var host = await RunHost.OnHubAsync(seed);
        await host.Services.StartHeartbeatsAsync(["default"]);
        await host.PassAsync(TimeSpan.FromHours(6));

        var beat = await host.Services.Ports.State.GetAsync<Heartbeat>(Heartbeat.PathOf("default"));
        Assert.InRange(beat!.Value.At, host.Now.AddMinutes(-2), host.Now);
        Assert.Empty(host.Hub!.Broken);
        Assert.True(host.Hub.Figures.Executions > 1, host.Hub.Figures.ToString());
    }

    private static DagSpec Mapped(int length)
    {
        var dag = new DagBuilder("d");
        var list = dag.Act("list", Enumerable.Range(0, length).ToArray());
        var each = dag.Act("each", "{{ item }}").Map(list.Output);
        dag.Link(list >> each >> dag.Act("sum", each.Outputs));
        return dag.Build();
    }

    private static async Task SameAsync(int? seed, Func<RunHost, Task<string>> play, int? partSize = null)
    {
        string expected;
        await using (var embedded = await RunHost.OnEmbeddedAsync(partSize)) expected = await play(embedded);
        await using var host = await RunHost.OnHubAsync(seed, partSize);
        Assert.Equal(expected, await play(host));
        Assert.Empty(host.Players.Doubled);
        Assert.Empty(host.Hub!.Broken);
    }
}

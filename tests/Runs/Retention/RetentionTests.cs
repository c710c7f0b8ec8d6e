using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

public sealed class RetentionTests
{
    private static readonly RetentionPolicy Policy = new() { Runs = TimeSpan.FromDays(10), Logs = TimeSpan.FromDays(2), Outputs = TimeSpan.FromDays(4), IdMemory = TimeSpan.FromDays(20) };

    private static Stage NewStage() => new Stage()
        .On("a", act =>
        {
            act.Context.Log.WriteLine("said");
            return TaskOutcome.Success(new string('x', 10_000));
        })
        .On("list", _ => TaskOutcome.Success((int[])[1, 2, 3, 4, 5]));

    private static DagSpec Dag(string name = "d", Func<DagBuilder, TaskNode>? last = null)
    {
        var dag = new DagBuilder(name);
        var list = dag.Work("list");
        var each = dag.Work("each", "{{ item }}").Map(list.Output);
        dag.Link(dag.Work("a") >> list >> each >> (last?.Invoke(dag) ?? dag.Task("job", "job")));
        return dag.Build();
    }

    /// <summary>A DAG with an old run that has parts, a job, a log and a large output, and a newer one, so that the old one may go.</summary>
    private static async Task FillAsync(Scene scene)
    {
        await scene.RunAsync(Dag(), runId: "old");
        await scene.DrainAsync();
        scene.Time.Advance(TimeSpan.FromDays(8));
        await scene.RunAsync(Dag(), runId: "new");
        await scene.DrainAsync();
        scene.Time.Advance(TimeSpan.FromDays(2));
    }

    private static async Task<IReadOnlyList<string>> PathsAsync(Scene scene)
    {
        var documents = await scene.Host.Embedded.State.ListAsync("").Select(entry => entry.Path).ToListAsync();
        var blobs = await scene.Host.Embedded.Blobs.ListAsync("").ToListAsync();
        var instances = await scene.Host.Embedded.Client.GetAllInstancesAsync(new()).Select(instance => instance.InstanceId).ToListAsync();
        return [.. documents, .. blobs, .. instances];
    }

    private static async Task<IReadOnlyList<string>> OfOldAsync(Scene scene) =>
        [.. (await PathsAsync(scene)).Where(path => path.Contains("old", StringComparison.Ordinal))];

    [Fact]
    public async Task RunOnce_ByAge_RemovesLogsThenOutputsThenTheRunAndThenItsId()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        await scene.RunAsync(Dag(), runId: "old");
        await scene.RunAsync(Dag(), runId: "new");
        await scene.DrainAsync();
        var retention = scene.Host.Services.Retention;
        Assert.Equal((0, 0, 0), await RunAsync());

        scene.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((1, 0, 0), await RunAsync());
        Assert.Null(await scene.Host.Embedded.Blobs.GetLengthAsync(AttemptPaths.Log("old", "a", [], 1)));
        Assert.NotNull(await scene.Host.Embedded.Blobs.GetLengthAsync(AttemptPaths.Log("new", "a", [], 1)));
        Assert.Equal((0, 0, 0), await RunAsync());

        scene.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((0, 1, 0), await RunAsync());
        Assert.Empty(await scene.Host.Embedded.Blobs.ListAsync("outputs/old/").ToListAsync());
        Assert.Equal(RunStatus.Success, (await scene.ViewAsync("old")).Body.Status);

        scene.Time.Advance(TimeSpan.FromDays(5));
        Assert.Equal((0, 0, 1), await RunAsync());
        Assert.Null(await scene.Host.Runs.Reader.GetAsync("old"));
        Assert.Equal(["runs/old/request/"], await OfOldAsync(scene));
        Assert.Equal(["new"], await scene.Host.Runs.ListAsync().Select(run => run.Entry.RunId).ToListAsync());
        Assert.Equal(["new"], await scene.Host.Runs.ListAsync("d").Select(run => run.Entry.RunId).ToListAsync());

        scene.Time.Advance(TimeSpan.FromDays(22));
        Assert.Equal(1, (await retention.RunOnceAsync(Policy)).Expired);
        Assert.Empty(await OfOldAsync(scene));

        async Task<(int Logs, int Outputs, int Runs)> RunAsync()
        {
            var report = await retention.RunOnceAsync(Policy);
            Assert.Empty(report.Problems);
            return (report.Logs, report.Outputs, report.Runs);
        }
    }

    [Fact]
    public async Task Trigger_IdOfAPurgedRun_MakesNoRunUntilItIsForgotten()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        await FillAsync(scene);
        scene.Time.Advance(TimeSpan.FromDays(1));
        await scene.Host.Services.Retention.RunOnceAsync(Policy);
        var executed = scene.Stage.Journal.Count;

        var again = await scene.TriggerAsync(Dag(), runId: "old");
        await scene.SettleAsync();

        Assert.Equal((false, true), (again.Created, again.Purged));
        Assert.Equal(executed, scene.Stage.Journal.Count);
        Assert.Equal(["runs/old/request/"], await OfOldAsync(scene));
        Assert.False(await scene.Host.Runs.ClearAsync("old", new ClearCommand { Tasks = [new("a", [])] }));
        Assert.False(await scene.Host.Runs.EnsureStartedAsync("old"));

        scene.Time.Advance(TimeSpan.FromDays(22));
        await scene.Host.Services.Retention.RunOnceAsync(Policy);
        Assert.True((await scene.TriggerAsync(Dag(), runId: "old")).Created);
    }

    [Fact]
    public async Task RunOnce_RunOpenedAgain_StaysAndGoesOn()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        await FillAsync(scene);
        scene.Time.Advance(TimeSpan.FromDays(1));
        scene.Stage.FakeBackend.DoneAfter = null;
        await scene.Host.Runs.ClearAsync("old", new ClearCommand { Tasks = [new("a", [])] });
        await scene.SettleAsync();

        Assert.Equal(0, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Runs);

        scene.Stage.FakeBackend.DoneAfter = 3;
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("old")).Body.Status);
    }

    [Fact]
    public async Task RunOnce_RunToWhichAnOpenOneRefers_Stays()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        await FillAsync(scene);
        scene.Time.Advance(TimeSpan.FromDays(1));
        scene.Stage.FakeBackend.DoneAfter = null;
        var dag = Dag();
        await scene.Host.Runs.TriggerAsync(new TriggerRun { Dag = dag, Operators = [.. scene.Stage.Operators.Select(each => each.Manifest)], RunId = "next", RerunOf = "old" });
        await scene.SettleAsync();

        Assert.Equal(0, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Runs);
    }

    [Fact]
    public async Task RunOnce_DagSaysOtherwise_GoesByTheDag()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        var dag = Dag() with { Retention = new RetentionSpec { MaxRuns = 1 } };
        foreach (var run in new[] { "one", "two", "three" })
        {
            await scene.RunAsync(dag, runId: run);
            await scene.DrainAsync();
            scene.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(2, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Runs);
        Assert.Equal(["three"], await scene.Host.Runs.ListAsync().Select(run => run.Entry.RunId).ToListAsync());
    }

    [Fact]
    public async Task RunOnce_VersionThatNothingRefersTo_GoesAfterItsGrace()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        await scene.RunAsync(Dag(last: dag => dag.Work("other")), runId: "old");
        await scene.RunAsync(Dag(), runId: "new");
        await scene.DrainAsync();
        var retention = scene.Host.Services.Retention;
        var policy = Policy with { UnusedVersions = TimeSpan.FromDays(7) };
        scene.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal((1, 0), await RunAsync());
        scene.Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal((0, 0), await RunAsync());
        scene.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((0, 1), await RunAsync());
        Assert.Single(await PathsAsync(scene), path => path.EndsWith("/spec/", StringComparison.Ordinal));

        async Task<(int Runs, int Versions)> RunAsync() => await retention.RunOnceAsync(policy) is var report ? (report.Runs, report.Versions) : default;
    }

    [Fact]
    public async Task Trigger_OfAVersionAboutToBeRemoved_KeepsIt()
    {
        await using var scene = await Scene.OpenAsync(NewStage(), partSize: 2);
        var dag = Dag(last: builder => builder.Work("other"));
        await scene.RunAsync(dag, runId: "old");
        await scene.RunAsync(Dag(), runId: "new");
        await scene.DrainAsync();
        scene.Time.Advance(TimeSpan.FromDays(11));
        await scene.Host.Services.Retention.RunOnceAsync(Policy);
        scene.Time.Advance(TimeSpan.FromDays(8));
        await scene.TriggerAsync(dag, runId: "late");

        Assert.Equal(0, (await scene.Host.Services.Retention.RunOnceAsync(Policy)).Versions);
        Assert.Equal(RunStatus.Success, (await scene.EndAsync("late")).Body.Status);
    }

    [Fact]
    public async Task RunOnce_CrashAtEveryWrite_LeavesNothingHalfReadableAndTheNextFinishesIt()
    {
        var (crashes, step) = (0, Depth.IsFull ? 1 : 7);
        for (var k = 0; ; k += step)
        {
            await using var scene = Scene.Empty(NewStage(), partSize: 2);
            await scene.RestartAsync();
            await FillAsync(scene);
            scene.Time.Advance(TimeSpan.FromDays(1));
            var crash = new CrashAt(k);
            await scene.RestartAsync(crash);
            try
            {
                await scene.Host.Services.Retention.RunOnceAsync(Policy);
            }
            catch (Exception) when (crash.Where is not null)
            {
                crashes++;
            }
            await scene.RestartAsync();
            if (await scene.Host.Runs.Reader.GetAsync("old") is { } there)
            {
                Assert.True(there.Final);
                Assert.Equal(8, (await scene.InstancesAsync("old")).Count);
            }
            else
            {
                Assert.DoesNotContain("old", await scene.Host.Runs.ListAsync("d").Select(run => run.Entry.RunId).ToListAsync());
                Assert.True((await scene.TriggerAsync(Dag(), runId: "old")).Purged);
            }
            await scene.Host.Services.Retention.RunOnceAsync(Policy);
            Assert.Equal(["runs/old/request/"], await OfOldAsync(scene));
            Assert.Equal(8, (await scene.InstancesAsync("new")).Count);
            if (crash.Where is null) break;
        }
        Assert.True(crashes * step > 50, $"only {crashes} points were met");
    }
}

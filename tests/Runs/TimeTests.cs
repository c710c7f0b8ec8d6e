using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>semantics.md, Retries and time.</summary>
public sealed class TimeTests
{
    /// <summary>"retries, retry_delay, retry_backoff (factor), max_retry_delay, jitter of up to 20 %".</summary>
    [Fact]
    public async Task Retries_ComeWithBackoff_UntilOneSucceeds()
    {
        await using var scene = await Scene.OpenAsync();
        var times = new List<DateTimeOffset>();
        scene.Stage.On("a", act =>
        {
            times.Add(scene.Time.GetUtcNow());
            return act.Try < 4 ? TaskOutcome.Failed("not yet") : TaskOutcome.Success();
        });
        var dag = new DagBuilder("d");
        dag.Work("a").Retries(5, TimeSpan.FromSeconds(100), backoff: 2, maxDelay: TimeSpan.FromSeconds(300));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(["r/a/1", "r/a/2", "r/a/3", "r/a/4"], scene.Stage.Journal.Select(each => each.Attempt));
        var waits = times.Zip(times.Skip(1), (left, right) => (right - left).TotalSeconds).ToArray();
        Assert.InRange(waits[0], 100, 121);
        Assert.InRange(waits[1], 200, 241);
        Assert.InRange(waits[2], 300, 361);
    }

    [Fact]
    public async Task Retries_Spent_Fail()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", _ => TaskOutcome.Failed("never"));
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a").Retries(2) >> dag.Work("b"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "a:Failed b:UpstreamFailed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(3, scene.Stage.Executions("a"));
        Assert.Equal("never", (await scene.InstancesAsync())["a"].Reason);
    }

    /// <summary>"timeout bounds one attempt [...]. A timed-out attempt is killed first, then retried."</summary>
    [Fact]
    public async Task Timeout_KillsTheAttempt_ThenRetries()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", async act =>
        {
            if (act.Try == 1) await act.WorkForEverAsync();
            return TaskOutcome.Success();
        });
        var dag = new DagBuilder("d");
        dag.Work("a").Timeout(TimeSpan.FromMinutes(5)).Retries(1);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(["r/a/1", "r/a/2"], scene.Stage.Journal.Select(each => each.Attempt));
        Assert.Equal(1, scene.Stage.Peak);
        Assert.True(run.Body.EndedAt - run.Body.StartedAt > TimeSpan.FromMinutes(5));
    }

    /// <summary>"task_timeout bounds a task over all its tries, waits between tries included".</summary>
    [Fact]
    public async Task TaskTimeout_EndsAllTries()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("a", _ => TaskOutcome.Failed("broken"));
        var dag = new DagBuilder("d");
        dag.Work("a").TaskTimeout(TimeSpan.FromMinutes(10)).Retries(1000, TimeSpan.FromMinutes(1));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Failed, run.Body.Status);
        Assert.InRange(scene.Stage.Executions("a"), 8, 10);
        Assert.InRange((run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalMinutes, 10, 10.1);
    }

    /// <summary>"Cancel and run_timeout: active instances are killed [...], those not started skipped; then teardowns run; then the run is [...] failed by timeout."</summary>
    [Fact]
    public async Task RunTimeout_KillsWork_AndRunsTeardowns()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("work", async act =>
        {
            await act.WorkForEverAsync();
            return TaskOutcome.Success();
        });
        var dag = new DagBuilder("d") { RunTimeout = TimeSpan.FromHours(2) };
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work") >> dag.Work("more") >> down, up >> down);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "down:Success more:Skipped up:Success work:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Contains("2h", run.Body.Reason);
        Assert.Equal(TimeSpan.FromHours(2).TotalMinutes, (run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalMinutes, 0.5);
    }

    /// <summary>"Group retries: when a member is finally failed [...], the rest of the group is killed, [...] and all members go back to none with a higher try, for that map index alone."</summary>
    [Fact]
    public async Task GroupRetries_RunTheWholeGroupAgain_ForThatIndexAlone()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage
            .On("g.bad", act => act.Context.Key == "x" && act.Try < 3 ? TaskOutcome.Failed("broken") : TaskOutcome.Success())
            .On("g.slow", async act =>
            {
                if (act.Context.Key == "x" && act.Try < 3) await act.WorkForEverAsync();
                return TaskOutcome.Success();
            });
        var dag = new DagBuilder("d");
        var group = dag.Group("g").Map(["x", "y"], key: "{{ item }}").Retries(2, TimeSpan.FromSeconds(30));
        dag.Link(group.Work("first") >> [group.Work("bad"), group.Work("slow")], group >> dag.Work("after"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal("after:Success g.bad[x]:Success g.bad[y]:Success g.first[x]:Success g.first[y]:Success g.slow[x]:Success g.slow[y]:Success", await scene.StatesAsync());
        Assert.Equal(["g.bad[x] 3", "g.bad[y] 1", "g.first[x] 3", "g.first[y] 1", "g.slow[x] 3", "g.slow[y] 1"],
            scene.Stage.Journal.Where(each => each.Task != "after").GroupBy(each => each.Instance).Select(each => $"{each.Key} {each.Count()}").Order());
        Assert.Equal("after", scene.Stage.Journal[^1].Task);
    }
}

using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Why a task is not running now: which upstream, which limit with which holders, which time.</summary>
public sealed class ExplainTests
{
    private static readonly Func<Act, Task<TaskOutcome>> AMinute = async act =>
    {
        await act.WorkForAsync(TimeSpan.FromMinutes(1));
        return TaskOutcome.Success();
    };

    [Fact]
    public async Task Explain_TaskBehindAnother_NamesTheUpstream()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        var dag = new DagBuilder("d");
        _ = dag.Work("a") >> dag.Work("b");
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.GetValueOrDefault("a")?.State is TaskState.Running);

        var (a, b) = (await OneAsync(scene, "a"), await OneAsync(scene, "b"));

        Assert.Equal(TaskState.Running, a.State);
        Assert.Equal(("a", TaskState.Running), (b.Upstreams.Single().Name, b.Upstreams.Single().State));
        await scene.EndAsync("r");
        Assert.Contains("it has ended: success", (await OneAsync(scene, "b")).Reasons.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_PoolUsedUp_NamesItAndItsHolders()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        await scene.Host.Services.Pools.SetAsync("db", new PoolDefinition(1));
        var dag = new DagBuilder("d");
        dag.Work("a").Map([1, 2, 3]).Pool("db");
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.Values.Count(each => each.State is TaskState.Scheduled) == 2);

        var waiting = (await scene.Host.Services.Explainer.ExplainAsync("r", "a", [])).Where(each => each.State is TaskState.Scheduled).ToList();

        Assert.Equal(2, waiting.Count);
        Assert.All(waiting, each => Assert.Equal(("pool:db", 1, "r"), (each.Limits.Single().Ledger, each.Limits.Single().Taken, each.Limits.Single().Holders.Single().RunId)));
    }

    [Fact]
    public async Task Explain_RunWithoutASlot_NamesTheRunThatHasIt()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", AMinute));
        var dag = new DagBuilder("d") { MaxActiveRuns = 1 };
        dag.Work("a");
        var spec = dag.Build();
        await scene.TriggerAsync(spec, runId: "first");
        await scene.SettleAsync();
        await scene.TriggerAsync(spec, runId: "second");
        await scene.SettleAsync();

        var explained = (await scene.Host.Services.Explainer.ExplainAsync("second", "a", [])).Single();

        Assert.Equal((RunStatus.Queued, "first"), (explained.Status, explained.Limits.Single().Holders.Single().RunId));
    }

    [Fact]
    public async Task Explain_Retry_SaysWhenItBegins()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", _ => TaskOutcome.Failed("broken")));
        var dag = new DagBuilder("d");
        dag.Work("a").Retries(1, TimeSpan.FromHours(1));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances.GetValueOrDefault("a")?.State is TaskState.UpForRetry);

        var explained = await OneAsync(scene, "a");

        Assert.Equal(TaskState.UpForRetry, explained.State);
        Assert.NotNull(explained.At);
        Assert.Contains("broken", explained.Reasons.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NothingOfThatName_IsEmpty()
    {
        await using var scene = await Scene.OpenAsync(new Stage());

        Assert.Empty(await scene.Host.Services.Explainer.ExplainAsync("r", "a", []));
    }

    private static async Task<Explanation> OneAsync(Scene scene, string task) => Assert.Single(await scene.Host.Services.Explainer.ExplainAsync("r", task, ImmutableArray<string>.Empty));
}

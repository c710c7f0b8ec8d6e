using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>semantics.md, Rerun: a clear means the same whether a map runs in one piece or in parts.</summary>
public sealed class PartClearTests
{
    public static readonly TheoryData<int?> PartSizes = [null, 1, 2];

    /// <summary>"clear selects task instances (by task, map key [...]), with downstream": over the border of a part, and over a task between.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_OfAKey_RunsItsItemAndAllThatFollowsTheMap(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        var dag = new DagBuilder("d");
        var group = dag.Group("g").Map([0, 1, 2]);
        var x = group.Work("x");
        var y = group.Work("y");
        dag.Link(dag.Work("before") >> x >> y >> dag.Work("after"));
        await scene.RunAsync(dag.Build());

        await ClearAsync(scene, new ClearCommand { Tasks = [new("g.x", ["1"])] });

        Assert.Equal("after/2 g.x/1/2 g.y/1/2", await AgainAsync(scene));
    }

    /// <summary>The same, into a part: what is outside reaches one task of a mapped group, and not the list.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_OfATaskBeforeAMap_RunsOnlyWhatFollowsInEachItem(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        var dag = new DagBuilder("d");
        var group = dag.Group("g").Map([0, 1, 2]);
        var x = group.Work("x");
        var y = group.Work("y");
        var z = group.Work("z");
        dag.Link(x >> y >> z >> dag.Work("after"));
        dag.Link(dag.Work("before") >> y);
        await scene.RunAsync(dag.Build());

        await ClearAsync(scene, new ClearCommand { Tasks = [new("before", [])] });

        Assert.Equal("after/2 before/2 g.y/0/2 g.y/1/2 g.y/2/2 g.z/0/2 g.z/1/2 g.z/2/2", await AgainAsync(scene));
    }

    /// <summary>"upstream (default false)": out of a part, and into one.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_WithUpstream_CrossesTheBordersOfParts(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("before") >> dag.Work("one").Map([0, 1, 2]) >> dag.Work("between") >> dag.Work("two").Map([0, 1, 2]) >> dag.Work("after"));
        await scene.RunAsync(dag.Build());

        await ClearAsync(scene, new ClearCommand { Tasks = [new("two", ["1"])], Upstream = true, Downstream = false });

        Assert.Equal("before/2 between/2 one/0/2 one/1/2 one/2/2 two/1/2", await AgainAsync(scene));
    }

    /// <summary>"Setups and teardowns of what is cleared are cleared too."</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_OfAKey_ClearsTheSetupAndTeardownAroundTheMap(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        var dag = new DagBuilder("d");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("each").Map([0, 1, 2]) >> down, up >> down);
        await scene.RunAsync(dag.Build());

        await ClearAsync(scene, new ClearCommand { Tasks = [new("each", ["2"])] });

        Assert.Equal("down/2 each/2/2 up/2", await AgainAsync(scene));
    }

    /// <summary>"failed_only (keeps F and U of the selection)": what is outside and did not fail stays.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_FailedOnly_LeavesWhatSucceededOnBothSides(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("each", act => act.Context.Key == "1" && act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()), partSize: partSize);
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("before") >> dag.Work("each").Map([0, 1, 2]) >> dag.Work("after"));
        await scene.RunAsync(dag.Build());

        await ClearAsync(scene, new ClearCommand { Tasks = [new("before", [])], FailedOnly = true });

        Assert.Equal("after/1 each/1/2", await AgainAsync(scene, from: 4));
    }

    /// <summary>"active work is killed, and confirmed dead, before anything of the selection starts": on the other side of the border too.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_WorkOfAPartIsNotDead_NothingOfTheSelectionStarts(int? partSize)
    {
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        var alive = 0;
        scene.Stage.On("before", act => alive == 0 ? TaskOutcome.Success() : TaskOutcome.Failed("what follows is still at work"));
        scene.Stage.On("each", async act =>
        {
            if (act.Try > 1) return TaskOutcome.Success();
            Interlocked.Increment(ref alive);
            try
            {
                await act.WorkForEverAsync();
                return TaskOutcome.Success();
            }
            finally
            {
                Interlocked.Decrement(ref alive);
            }
        });
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("before") >> dag.Work("each").Map([0, 1, 2]) >> dag.Work("after"));
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();
        Assert.Equal(3, alive);

        await ClearAsync(scene, new ClearCommand { Tasks = [new("before", [])] });

        Assert.Equal("after/1 before/2 each/0/2 each/1/2 each/2/2", await AgainAsync(scene, from: 4));
    }

    /// <summary>A clear that waits for work to die outlives its host, with the lists that it makes anew.</summary>
    [Theory]
    [MemberData(nameof(PartSizes))]
    public async Task Clear_HostStopsWhileWorkDies_ListIsMadeAnew(int? partSize)
    {
        var items = new[] { "a", "b" };
        await using var scene = Scene.Empty(new Stage(), partSize: partSize);
        scene.Stage.On("list", _ => TaskOutcome.Success(items));
        scene.Stage.On("slow", async act =>
        {
            if (act.Try == 1) await act.WorkForEverAsync();
            return TaskOutcome.Success();
        });
        await scene.RestartAsync();
        var dag = new DagBuilder("d");
        var list = dag.Work("list");
        dag.Link(list >> dag.Work("each").Map(list, key: "{{ item }}") >> dag.Work("after"));
        dag.Link(list >> dag.Work("slow"));
        await scene.TriggerAsync(dag.Build());
        await scene.SettleAsync();

        items = ["b", "c", "d"];
        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("list", [])] });
        await scene.RestartAsync();
        var run = await scene.EndAsync();

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(["each[b]", "each[c]", "each[d]"], (await scene.InstancesAsync()).Where(each => each.Key.StartsWith("each", StringComparison.Ordinal) && each.Value.State is TaskState.Success).Select(each => each.Key).Order());
    }

    private static async Task ClearAsync(Scene scene, ClearCommand command)
    {
        Assert.True(await scene.Host.Runs.ClearAsync("r", command));
        await scene.SettleAsync();
        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Equal("", await AgainAsync(scene, from: scene.Stage.Attempts.Count));
    }

    /// <summary>The attempts that were executed after the first round, in which each instance was.</summary>
    private static async Task<string> AgainAsync(Scene scene, int? from = null) =>
        string.Join(' ', scene.Stage.Attempts.Skip(from ?? (await scene.InstancesAsync()).Count).Select(attempt => attempt["r/".Length..]).Order(StringComparer.Ordinal));
}

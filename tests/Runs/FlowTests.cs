using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

public sealed class FlowTests
{
    [Fact]
    public async Task Chain_Runs_InOrder()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a") >> dag.Work("b") >> dag.Work("c"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(["r/a/1", "r/b/1", "r/c/1"], scene.Stage.Journal.Select(each => each.Attempt));
        Assert.Equal("a:Success b:Success c:Success", await scene.StatesAsync());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(700)]
    [InlineData(800)]
    [InlineData(200_000)]
    public async Task Output_OfAnySize_IsReadAsItWasCommitted(int length)
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var a = dag.Work("a", new string('x', length));
        var b = dag.Work("b", new { n = 1 });
        var c = dag.Work("c", new { a = a.Output, b = b.Output });
        dag.Link(dag.All(a, b) >> c);
        string? read = null;
        scene.Stage.On("c", act =>
        {
            read = act.Value.GetRawText();
            return TaskOutcome.Success();
        });

        await scene.RunAsync(dag.Build());

        Assert.Equal($$$"""{"a":"{{{new string('x', length)}}}","b":{"n":1}}""", read);
        Assert.Equal(length > OutputRef.InlineLimit, (await scene.InstancesAsync())["a"].Output!.Blob is not null);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(450)]
    public async Task MappedTask_OfAnyLength_HandsOverAllOutputsInOrder(int length)
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var list = dag.Work("list", Enumerable.Range(0, length).ToArray());
        var each = dag.Work("each", "{{ item }}").Map(list.Output);
        var sum = dag.Work("sum", each.Outputs);
        dag.Link(list >> each >> sum);
        scene.Stage.On("sum", act => TaskOutcome.Success(act.Value.EnumerateArray().Select(one => one.GetInt32()).ToArray()));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(length, scene.Stage.Executions("each"));
        var instances = await scene.InstancesAsync();
        Assert.Equal(length + 2, instances.Count);
        Assert.Equal(length, run.Body.Counts["success"] - 2);
        var output = instances["sum"].Output!;
        if (output.Value is { } value) Assert.Equal(Enumerable.Range(0, length), value.Deserialize<int[]>()!);
    }

    /// <summary>Lists of any length, some of them split into parts, within a map: what they hand over is read part by part, in the order of all.</summary>
    [Fact]
    public async Task NestedMaps_OfAnyLength_HandOverAllOutputsInOrder()
    {
        await using var scene = await Scene.OpenAsync();
        int[] lengths = [3, 250, 2, 410];
        var dag = new DagBuilder("d");
        var outer = dag.Group("outer").Map(lengths);
        var each = outer.Work("each", "{{ map.outer.index }}/{{ index }}").Map("{{ item | range }}");
        dag.Link(outer >> dag.Work("gather", each.Outputs));
        string[] read = [];
        scene.Stage.On("gather", act =>
        {
            read = act.Value.Deserialize<string[]>()!;
            return TaskOutcome.Success();
        });

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(lengths.SelectMany((length, n) => Enumerable.Range(0, length).Select(inner => $"{n}/{inner}")), read);
    }

    /// <summary>semantics.md, Mapping: "Groups nest, and so do maps."</summary>
    [Fact]
    public async Task NestedMaps_Run_PerIndex()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var outer = dag.Group("outer").Map(["x", "y"], key: "{{ item }}");
        var first = outer.Work("first", "{{ item }}");
        var inner = outer.Group("inner").Map([1, 2, 3]);
        var leaf = inner.Work("leaf", "{{ item }}");
        dag.Link(first >> inner, outer >> dag.Work("after"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(["outer.inner.leaf[x/0]", "outer.inner.leaf[x/1]", "outer.inner.leaf[x/2]", "outer.inner.leaf[y/0]", "outer.inner.leaf[y/1]", "outer.inner.leaf[y/2]"],
            scene.Stage.Journal.Where(each => each.Task == leaf.Id).Select(each => each.Instance).Order());
        Assert.Equal("after", scene.Stage.Journal[^1].Task);
    }

    /// <summary>semantics.md, Mapping: "An empty list makes no instance; the task is skipped and counts as one K."</summary>
    [Fact]
    public async Task EmptyList_Skips()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("each").Map(Array.Empty<int>()) >> dag.Work("after"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, "after:Skipped each:Skipped"), (run.Body.Status, await scene.StatesAsync()));
    }

    /// <summary>semantics.md, Mapping: "Two equal keys [...] fail the mapped task itself (one F), with a message that names what and how many."</summary>
    [Fact]
    public async Task EqualKeys_FailTheMappedTask()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("each").Map(["p", "q", "p"], key: "{{ item }}") >> dag.Work("after"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "after:UpstreamFailed each:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Contains("'p'", (await scene.InstancesAsync())["each"].Reason);
    }

    /// <summary>semantics.md, Branches: "A branch returns the task or group ids to follow [...]; the others become skipped."</summary>
    [Fact]
    public async Task Branch_SkipsWhatItDoesNotFollow()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var choose = dag.Work("choose", "left").Branch();
        var join = dag.Work("join").When(TriggerRule.NoneFailedMinOneSuccess);
        dag.Link(choose >> [dag.Work("left"), dag.Work("right")] >> join);

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Success, "choose:Success join:Success left:Success right:Skipped"), (run.Body.Status, await scene.StatesAsync()));
    }

    /// <summary>semantics.md, Branches: "A short-circuit skips everything downstream, or only the direct ones where respect_trigger_rules is set."</summary>
    [Theory]
    [InlineData(false, "a:Success b:Skipped c:Skipped")]
    [InlineData(true, "a:Success b:Skipped c:Success")]
    public async Task ShortCircuit_SkipsDownstream(bool respect, string states)
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a", false).ShortCircuit(respect) >> dag.Work("b") >> dag.Work("c").When(TriggerRule.AllDone));

        await scene.RunAsync(dag.Build());

        Assert.Equal(states, await scene.StatesAsync());
    }

    /// <summary>semantics.md, Branches: "A task may end itself as skipped, or as failed without further retries."</summary>
    [Fact]
    public async Task Task_ByException_SkipsOrFailsForGood()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d") { Outcome = OutcomePolicy.All };
        dag.Work("fails").Retries(5);
        dag.Work("skips").Retries(5);
        scene.Stage.On("skips", TaskOutcome (_) => throw new SkipTaskException("nothing new")).On("fails", TaskOutcome (_) => throw new FailTaskException("hopeless"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "fails:Failed skips:Skipped"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(2, scene.Stage.Journal.Count);
        Assert.Equal("hopeless", (await scene.InstancesAsync())["fails"].Reason);
    }

    /// <summary>semantics.md, Setup and teardown: "runs once if its setup succeeded, whatever became of the work"; it "does not count for the outcome".</summary>
    [Fact]
    public async Task Teardown_Runs_WhateverBecameOfTheWork()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work") >> dag.Work("more") >> down, up >> down);
        scene.Stage.On("work", _ => TaskOutcome.Failed("broken")).On("down", _ => TaskOutcome.Failed("also broken"));

        var run = await scene.RunAsync(dag.Build());

        Assert.Equal((RunStatus.Failed, "down:Failed more:UpstreamFailed up:Success work:Failed"), (run.Body.Status, await scene.StatesAsync()));
        Assert.Equal(1, scene.Stage.Executions("down"));
    }
}

using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>What is crashed at every point.</summary>
internal static class Scenarios
{
    public static ImmutableArray<Scenario> All { get; } = [Chain(), Fan(), Pools(), Retry(), Job(), Mark(), Cancel(), Parts(), Groups(), Clear(), ClearInPart()];

    private static Scenario Chain()
    {
        var dag = new DagBuilder("chain");
        var a = dag.Work("a");
        var b = dag.Work("b", a.Output);
        dag.Link(a >> b >> dag.Work("c", b.Output));
        return new("chain", dag.Build());
    }

    private static Scenario Fan()
    {
        var dag = new DagBuilder("fan") { MaxActiveRuns = 1 };
        var list = dag.Work("list", new[] { 1, 2, 3 });
        var each = dag.Work("each", "{{ item }}").Map(list.Output).Pool("db");
        dag.Link(list >> each >> dag.Work("join", each.Outputs));
        return new("fan", dag.Build()) { Set = stage => stage.On("list", _ => TaskOutcome.Success((int[])[1, 2, 3])) };
    }

    private static Scenario Pools()
    {
        var dag = new DagBuilder("pools") { MaxActiveRuns = 1, MaxActiveTasks = 4 };
        var each = dag.Work("each", "{{ item }}").Map([1, 2, 3, 4, 5, 6]).Pool("db").Limit("one", 2).Retries(1, TimeSpan.FromMinutes(1));
        dag.Link(each >> dag.Task("sensor", "sensor").Pool("db"));
        return new("pools", dag.Build())
        {
            Set = stage => stage.On("each", async act =>
            {
                await act.WorkForAsync(TimeSpan.FromSeconds(10));
                return act.Try == 1 && act.Context.Keys[0] == "2" ? TaskOutcome.Failed("not yet") : TaskOutcome.Success();
            }),
        };
    }

    private static Scenario Retry()
    {
        var dag = new DagBuilder("retry");
        dag.Link(dag.Work("a").Retries(3, TimeSpan.FromMinutes(5)).Timeout(TimeSpan.FromMinutes(1)) >> dag.Work("b"));
        return new("retry", dag.Build())
        {
            Set = stage => stage.On("a", async act =>
            {
                if (act.Try == 2) await act.WorkForEverAsync();
                return act.Try == 1 ? TaskOutcome.Failed("not yet") : TaskOutcome.Success();
            }),
        };
    }

    private static Scenario Job()
    {
        var dag = new DagBuilder("job");
        dag.Link(dag.Task("job", "job") >> dag.Task("sensor", "sensor") >> dag.Work("after"));
        return new("job", dag.Build());
    }

    private static Scenario Mark()
    {
        var dag = new DagBuilder("mark");
        dag.Link(dag.Work("a") >> dag.Work("b") >> dag.Work("c"));
        return new("mark", dag.Build())
        {
            MayRepeat = true,
            Set = stage => stage.On("b", Endless),
            Act = async user =>
            {
                await user.OnceAsync("pause", runs => runs.PauseAsync("r", new PauseCommand(true)));
                await user.OnceAsync("resume", runs => runs.PauseAsync("r", new PauseCommand(false)));
                await user.UntilAsync(instances => instances.Count > 0 && (instances["b"].State is TaskState.Running || instances["c"].State.IsFinal()));
                await user.OnceAsync("mark", runs => runs.MarkAsync("r", new MarkCommand([new("b", [])], TaskState.Success)));
                await user.EndAsync();
            },
        };
    }

    private static Scenario Cancel()
    {
        var dag = new DagBuilder("cancel");
        var up = dag.Work("up").AsSetup();
        var down = dag.Work("down").AsTeardown(up);
        dag.Link(up >> dag.Work("work") >> dag.Work("more") >> down, up >> down);
        return new("cancel", dag.Build())
        {
            Set = stage => stage.On("work", Endless),
            Act = async user =>
            {
                await user.UntilAsync(instances => instances.Count > 0 && (instances["work"].State is TaskState.Running || instances["work"].State.IsFinal()));
                await user.OnceAsync("cancel", runs => runs.CancelAsync("r", new CancelCommand()));
                await user.EndAsync();
            },
        };
    }

    private static Scenario Parts()
    {
        var dag = new DagBuilder("parts");
        var list = dag.Work("list");
        var each = dag.Work("each", "{{ item }}").Map(list.Output, maxActive: 3);
        dag.Link(list >> each >> dag.Work("join", each.Outputs));
        return new("parts", dag.Build()) { PartSize = 2, Set = stage => stage.On("list", _ => TaskOutcome.Success((int[])[1, 2, 3, 4, 5])) };
    }

    private static Scenario Groups()
    {
        var dag = new DagBuilder("groups");
        var group = dag.Group("g").Map(["x", "y"], key: "{{ item }}").Retries(1, TimeSpan.FromMinutes(1));
        dag.Link(group.Work("first") >> group.Work("bad"), group >> dag.Work("after"));
        return new("groups", dag.Build()) { Set = stage => stage.On("g.bad", act => act.Context.Key == "x" && act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()) };
    }

    private static Scenario Clear()
    {
        var dag = new DagBuilder("clear");
        var b = dag.Work("b");
        dag.Link(dag.Work("a") >> b >> dag.Work("c", b.Output));
        return new("clear", dag.Build()) { MayRepeat = true, Act = user => ClearAsync(user, new("b", [])) };
    }

    private static Scenario ClearInPart()
    {
        var dag = new DagBuilder("clear-in-part");
        dag.Link(dag.Work("each").Map([1, 2, 3, 4, 5]) >> dag.Work("join"));
        return new("clear-in-part", dag.Build()) { MayRepeat = true, PartSize = 2, Act = user => ClearAsync(user, new("each", ["3"])) };
    }

    private static async Task ClearAsync(User user, InstanceSelector what)
    {
        await user.EndAsync();
        await user.OnceAsync("clear", runs => runs.ClearAsync("r", new ClearCommand { Tasks = [what] }));
        await user.EndAsync();
    }

    private static async Task<TaskOutcome> Endless(Act act)
    {
        await act.WorkForEverAsync();
        return TaskOutcome.Success();
    }
}

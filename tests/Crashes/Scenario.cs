using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Crashes;

/// <summary>A run, what is asked of it on the way, and how all of it must end.</summary>
/// <param name="Name">By which the test names it.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="States">The final states.</param>
/// <param name="Gathered">What the task <c>end</c> hands over: the outputs it read; null for nothing.</param>
/// <param name="Command">What is asked of the run; null for nothing. May be asked again after a crash.</param>
internal sealed record Scenario(string Name, DagSpec Dag, string States, string? Gathered = null, Func<World, Task>? Command = null)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("chain", Crashes.Dag.Of("""
              a: {work: {value: 1}}
              b: {after: a, work: {value: "{{ tasks.a.output }}"}}
              end: {after: b, work: {value: "{{ tasks.b.output }}"}}
            """), "a=success, b=success, end=success", "1"),
        new("fan-out and fan-in", Crashes.Dag.Of("""
              list: {work: {value: [x, y, z]}}
              each: {after: list, map: {over: "{{ tasks.list.output }}", key: "{{ item }}"}, work: {value: "{{ item }}"}}
              end: {after: each, work: {value: "{{ tasks.each.outputs }}"}}
            """), "each[x]=success, each[y]=success, each[z]=success, end=success, list=success", "[\"x\",\"y\",\"z\"]"),
        new("retry", Crashes.Dag.Of("""
              a: {retries: 2, retry_delay: 10s, work: {fail_times: 2, value: 2}}
              end: {after: a, work: {value: "{{ tasks.a.output }}"}}
            """), "a=success, end=success", "2"),
        new("timer", Crashes.Dag.Of("""
              g:
                retries: 1
                retry_delay: 1h
                tasks:
                  a: {work: {}}
                  b: {after: a, work: {fail_times: 1}}
              end: {after: g, work: {value: 3}}
            """), "end=success, g.a=success, g.b=success", "3"),
        new("command", Crashes.Dag.Of("""
              a: {retries: 1, retry_delay: 1m, work: {fail_times: 1}}
              end: {after: a, work: {value: 4}}
            """), "a=success, end=success", "4", async world =>
        {
            await world.UntilAsync(world.Host.Runs.PauseAsync("r", new PauseCommand(true)));
            await world.UntilAsync(world.Host.Runs.PauseAsync("r", new PauseCommand(false)));
        }),
        new("mapped in parts", Crashes.Dag.Of("""
              each: {map: {over: [1, 2, 3, 4, 5]}, work: {value: "{{ item }}"}}
              next: {after: each, map: {over: "{{ tasks.each.outputs }}"}, work: {value: "{{ item }}"}}
              end: {after: next, work: {value: "{{ tasks.next.outputs }}"}}
            """), "each[0]=success, each[1]=success, each[2]=success, each[3]=success, each[4]=success, end=success, next[0]=success, next[1]=success, next[2]=success, next[3]=success, next[4]=success", "[1,2,3,4,5]"),
        new("clear after the end", Crashes.Dag.Of("""
              a: {work: {value: 5}}
              b: {after: a, work: {fail_times: 1, value: "{{ tasks.a.output }}"}}
              end: {after: b, work: {value: "{{ tasks.b.output }}"}}
            """), "a=success, b=success, end=success", "5", async world =>
        {
            var ended = await world.EndAsync();
            if (ended.Body.Status is RunStatus.Failed) await world.UntilAsync(world.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new InstanceSelector("b", [])] }));
        }),
    ];

    /// <summary>Triggers the run, asks what is asked of it, and waits for its end; as a user does who tries again after a crash.</summary>
    public async Task<RunView> RunAsync(World world, Action acknowledged)
    {
        await world.UntilAsync(world.Host.TriggerAsync(Dag, runId: "r"));
        acknowledged();
        if (Command is not null) await Command(world);
        while (true)
        {
            var run = await world.EndAsync();
            // A command that was acknowledged opens the run again, if only once its inbox is read.
            if (run.Body.Status is RunStatus.Success || Command is null) return run;
            if (Name == "clear after the end") await Command(world);
        }
    }
}

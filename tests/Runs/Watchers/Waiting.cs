using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Runs that wait, and what is stored of it.</summary>
internal static class Waiting
{
    /// <summary>A DAG of one wait <c>w</c>, and a task <c>after</c> it that hands over what the wait did.</summary>
    public static DagSpec Dag(string name, string kind = "lasting", object? with = null, Action<TaskNode>? set = null)
    {
        var dag = new DagBuilder(name);
        var wait = dag.Task("w", kind, with ?? new { name = "x" });
        set?.Invoke(wait);
        dag.Link(wait >> dag.Work("after", wait.Output));
        return dag.Build();
    }

    /// <summary>Triggers runs, and drives until all of them wait and have been looked at.</summary>
    public static async Task WaitAsync(this Scene scene, params (string RunId, DagSpec Dag)[] runs)
    {
        foreach (var (runId, dag) in runs) await scene.TriggerAsync(dag, runId: runId);
        await scene.SettleAsync();
        foreach (var (runId, _) in runs) Assert.Equal(TaskState.Waiting, (await scene.InstancesAsync(runId))["w"].State);
    }

    /// <summary>Lets time go by, timer after timer.</summary>
    public static async Task PassAsync(this Scene scene, TimeSpan time)
    {
        for (var end = scene.Time.GetUtcNow() + time; scene.Time.GetUtcNow() < end;)
        {
            await scene.SettleAsync();
            var next = scene.Time.NextTimerAt;
            if (next is null || next > end) scene.Time.Advance(end - scene.Time.GetUtcNow());
            else scene.Time.JumpToNextTimer();
        }
        await scene.SettleAsync();
    }

    /// <summary>What is stored under a prefix.</summary>
    public static async Task<IReadOnlyList<string>> PathsAsync(this Scene scene, string prefix) => await scene.Host.Embedded.State.ListAsync(prefix).Select(entry => entry.Path).ToListAsync();

    /// <summary>Those who wait with others.</summary>
    public static async Task<int> WaitersAsync(this Scene scene) => (await scene.PathsAsync(WatcherPaths.All)).Count(path => path.Contains("/waiters/", StringComparison.Ordinal));

    /// <summary>The watchers that ever were.</summary>
    public static async Task<int> WatchersAsync(this Scene scene) => (await scene.PathsAsync(WatcherPaths.All)).Count(path => path.EndsWith("/request/", StringComparison.Ordinal));

    public static async Task<string> EndOfAsync(this Scene scene, string runId)
    {
        var wait = (await scene.InstancesAsync(runId))["w"];
        return $"{wait.State} {wait.Code}".TrimEnd();
    }
}

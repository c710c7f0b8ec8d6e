using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Which task instances of a run are meant.</summary>
internal static class TaskSelection
{
    /// <summary>What was named, when the run has it all; all of the run when nothing was named.</summary>
    /// <exception cref="UpdraftException">There is no such run, or it has no such task.</exception>
    public static async Task<ImmutableArray<InstanceSelector>> OfAsync(DataFolder data, string runId, ImmutableArray<InstanceSelector> named, CancellationToken cancellation)
    {
        var reader = new RunReader(data.State);
        var run = await reader.GetAsync(runId, cancellation) ?? throw await NoRun.OfAsync(data, runId, cancellation);
        var dag = await PinnedDag.OfAsync(data, run.Request, cancellation);
        if (named.IsEmpty) return [.. dag.Tasks.Select(task => new InstanceSelector(task.Id, []))];
        foreach (var each in named) Check(dag, runId, each);
        if (named.Any(each => !each.Keys.IsEmpty))
        {
            var instances = await reader.InstancesAsync(run, cancellation).ToListAsync(cancellation);
            foreach (var each in named.Where(each => !each.Keys.IsEmpty && !instances.Any(instance => Holds(each, instance))))
                throw new UpdraftException(CliErrors.NoTask, $"run '{Printable.Of(runId)}' has no task instance '{Printable.Of(Name(each))}': see 'updraft show'");
        }
        return named;
    }

    private static void Check(DagSpec dag, string runId, InstanceSelector named)
    {
        var known = dag.Tasks.Select(task => task.Id).Concat(dag.Groups.Select(group => group.Id)).ToList();
        if (!known.Contains(named.TaskId)) throw new UpdraftException(CliErrors.NoTask, $"run '{Printable.Of(runId)}' has no task or group '{Printable.Of(named.TaskId)}'{Suggestion.For(named.TaskId, known)}");
    }

    private static bool Holds(InstanceSelector named, InstanceDocument instance) =>
        (instance.Task == named.TaskId || instance.Task.StartsWith(named.TaskId + ".", StringComparison.Ordinal))
        && instance.Keys.Length >= named.Keys.Length && instance.Keys.AsSpan(0, named.Keys.Length).SequenceEqual(named.Keys.AsSpan());

    private static string Name(InstanceSelector named) => new InstanceName(named.TaskId, named.Keys).ToString();
}

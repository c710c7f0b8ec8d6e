using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>The DAG of one task of another, to be run without the rest.</summary>
internal static class LoneTask
{
    /// <summary>Cuts the task out: its maps, params, pools and timeouts stay, all that ties it to other tasks, runs and people goes.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.NotAlone"/>.</exception>
    public static DagSpec Of(DagSpec dag, string taskId, IEnumerable<OperatorManifest> operators)
    {
        var task = dag.Tasks.FirstOrDefault(task => task.Id == taskId) ?? throw new UpdraftException(RunErrors.NotAlone, $"DAG '{dag.Name}' has no task '{taskId}'");
        var groups = GroupsAround(dag, task).ToArray();
        var raw = operators.FirstOrDefault(manifest => manifest.Name == task.Operator)?.RawFields;
        var reads = OutputReferences.Of(dag, task, raw).Concat(OutputReferences.OfMap(dag, task)).Concat(groups.SelectMany(group => OutputReferences.OfMap(dag, group)));
        if (reads.Select(read => read.TaskId).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } read)
            throw new UpdraftException(RunErrors.NotAlone, $"task '{taskId}' cannot run alone: it reads the output of {string.Join(", ", read.Select(id => $"'{id}'"))}; clear it in a run that has {(read.Length == 1 ? "that" : "them")}");
        return dag with
        {
            Schedule = null,
            MaxActiveRuns = null,
            MaxQueuedRuns = null,
            PauseAfterFailures = null,
            DependsOnPast = false,
            Due = null,
            Callbacks = Callbacks.None,
            Groups = [.. groups.Select(group => group with { After = [], Retries = 0 })],
            Tasks =
            [
                task with
                {
                    After = [],
                    TriggerRule = TriggerRule.AllSuccess,
                    Kind = TaskKind.Work,
                    Setup = false,
                    Teardown = null,
                    DependsOnPast = false,
                    Produces = [],
                    Due = null,
                    Callbacks = Callbacks.None,
                },
            ],
        };
    }

    /// <summary>Outer before inner.</summary>
    private static ImmutableArray<GroupSpec> GroupsAround(DagSpec dag, TaskSpec task)
    {
        var around = new HashSet<string>(StringComparer.Ordinal);
        for (var id = task.Group; id is not null; id = dag.Groups.First(group => group.Id == id).Parent) around.Add(id);
        return [.. dag.Groups.Where(group => around.Contains(group.Id))];
    }
}

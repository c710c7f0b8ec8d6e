using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>The tasks at the end of a DAG.</summary>
public static class DagLeaves
{
    /// <summary>Full ids of the tasks that nothing waits for, teardowns that do not count left out; in the DAG's order.</summary>
    public static IReadOnlyList<string> Of(DagSpec dag)
    {
        var graph = new TaskGraph(dag);
        return [.. dag.Tasks.Select(task => task.Id).Where(graph.IsLeaf)];
    }
}

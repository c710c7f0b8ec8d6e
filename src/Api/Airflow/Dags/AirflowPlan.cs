using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A version of a DAG as Airflow's clients see it: tasks and edges between tasks.</summary>
internal sealed class AirflowPlan
{
    private readonly Dictionary<string, (TaskSpec Task, int Number)> _tasks;
    private readonly Dictionary<string, string[]> _upstreams;
    private readonly ILookup<string, string> _downstreams;

    public AirflowPlan(DagSpec dag)
    {
        Dag = dag;
        _tasks = dag.Tasks.Index().ToDictionary(each => each.Item.Id, each => (each.Item, each.Index), StringComparer.Ordinal);
        var graph = new TaskGraph(dag);
        _upstreams = dag.Tasks.ToDictionary(task => task.Id, task => graph.Upstreams(task.Id).ToArray(), StringComparer.Ordinal);
        _downstreams = _upstreams.SelectMany(task => task.Value.Select(upstream => (upstream, task.Key))).ToLookup(edge => edge.upstream, edge => edge.Key, StringComparer.Ordinal);
    }

    public DagSpec Dag { get; }

    /// <summary>A task.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoTask"/>.</exception>
    public TaskSpec Task(string id) => _tasks.TryGetValue(id, out var found) ? found.Task
        : throw new UpdraftException(ApiErrors.NoTask, $"DAG '{Dag.Name}' has no task '{id}'{Suggestion.For(id, _tasks.Keys)}");

    /// <summary>Where a task stands among the others, in the order of their author.</summary>
    public int NumberOf(string task) => _tasks.TryGetValue(task, out var found) ? found.Number : int.MaxValue;

    /// <summary>Tasks that directly wait for one.</summary>
    public IEnumerable<string> DownstreamOf(string task) => _downstreams[task];

    /// <summary>Tasks, and all that is up- or downstream of them.</summary>
    public HashSet<string> Around(IEnumerable<string> tasks, bool upstream, bool downstream)
    {
        var chosen = tasks.ToHashSet(StringComparer.Ordinal);
        var above = upstream ? Reach(chosen, id => _upstreams[id]) : [];
        var below = downstream ? Reach(chosen, id => _downstreams[id]) : [];
        return [.. chosen, .. above, .. below];
    }

    /// <summary>Whether there may be many instances of a task.</summary>
    public bool IsMapped(TaskSpec task)
    {
        if (task.Map is not null) return true;
        for (var group = task.Group; group is not null;)
        {
            var around = Dag.Groups.First(each => each.Id == group);
            if (around.Map is not null) return true;
            group = around.Parent;
        }
        return false;
    }

    private static HashSet<string> Reach(IEnumerable<string> from, Func<string, IEnumerable<string>> next)
    {
        var reached = from.ToHashSet(StringComparer.Ordinal);
        var open = new Stack<string>(reached);
        while (open.TryPop(out var id))
            foreach (var other in next(id))
                if (reached.Add(other)) open.Push(other);
        return reached;
    }
}

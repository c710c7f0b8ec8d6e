using Updraft.Dags;

namespace Updraft.Runs;

/// <summary>Makes small DAGs with branches, short-circuits, maps, mapped groups, setups and teardowns, retries, pools and every trigger rule.</summary>
/// <param name="random">What it is made of.</param>
/// <param name="name">The DAG's name.</param>
/// <param name="version">The number of the version: what is of another has other ids.</param>
/// <param name="mayLimit">Whether maps may have limits: parts share one out and keep their share until they end, which the model does not know.</param>
internal sealed class RandomModelDag(Random random, string name, int version, bool mayLimit)
{
    /// <summary>Longer than all that is done in a play but its waits.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromDays(1);

    private readonly string _prefix = $"{name}{(char)('a' + version)}";
    private readonly DagBuilder _dag = new(name) { Outcome = random.Next(4) == 0 ? OutcomePolicy.All : OutcomePolicy.Leaves };
    private readonly List<ModelTask> _tasks = [];
    private readonly Dictionary<string, TaskNode> _nodes = [];

    /// <summary>What others may wait for: tasks and groups at the top.</summary>
    private readonly List<(DagNode Node, string Id, string[] First, string[] Last)> _tops = [];

    public ModelDag Make()
    {
        var count = random.Next(2, 6);
        for (var i = 0; i < count; i++) Add(i);
        if (random.Next(5) < 2) Wrap();
        Choose();
        return new ModelDag { Spec = _dag.Build(), Tasks = _tasks };
    }

    private void Add(int number)
    {
        var id = $"{_prefix}{number}";
        var upstreams = _tops.Where(_ => random.Next(_tops.Count) < 2).ToArray();
        var shape = random.Next(10);
        if (shape == 0)
        {
            var group = _dag.Group(id);
            var items = random.Next(1, 4);
            group.Map(Enumerable.Range(0, items).ToArray());
            var (first, second) = (Task(group, "x", id, items), Task(group, "y", id, items));
            _dag.Link(_nodes[first.Id] >> _nodes[second.Id]);
            second.After.Add(first.Id);
            Top(group, id, [first.Id], [second.Id], upstreams);
            return;
        }
        int? length = shape < 4 ? random.Next(1, 4) : null;
        var task = Task(_dag, id, null, length);
        if (length is { } mapped)
        {
            var isLimited = random.Next(3) == 0;
            _nodes[id].Map(Enumerable.Range(0, mapped).ToArray(), maxActive: isLimited && mayLimit ? 1 : null);
            if (isLimited) _tasks[^1] = task = task with { HasPool = true };
        }
        Top(_nodes[id], id, [task.Id], [task.Id], upstreams);
    }

    private ModelTask Task(ITaskScope scope, string own, string? group, int? items)
    {
        var rule = random.Next(3) == 0 ? Enum.GetValues<TriggerRule>()[random.Next(Enum.GetValues<TriggerRule>().Length)] : TriggerRule.AllSuccess;
        var node = scope.Work(own).When(rule);
        var retries = random.Next(4) == 0 ? random.Next(1, 3) : 0;
        if (retries > 0) node.Retries(retries, RetryDelay);
        var hasPool = random.Next(4) == 0;
        if (hasPool) node.Pool("db");
        var task = new ModelTask(node.Id) { Rule = rule, Retries = retries, Group = group, Items = items, HasPool = hasPool };
        _tasks.Add(task);
        _nodes.Add(node.Id, node);
        return task;
    }

    private void Top(DagNode node, string id, string[] first, string[] last, IEnumerable<(DagNode Node, string Id, string[] First, string[] Last)> upstreams)
    {
        foreach (var upstream in upstreams)
        {
            _dag.Link(upstream.Node >> node);
            foreach (var task in first) Of(task).After.AddRange(upstream.Last);
        }
        _tops.Add((node, id, first, last));
    }

    /// <summary>Puts a setup before some task and a teardown after it.</summary>
    private void Wrap()
    {
        var work = _tops[random.Next(_tops.Count)];
        var up = Task(_dag, $"{_prefix}up", null, null);
        _nodes[up.Id].When(TriggerRule.AllSuccess).AsSetup();
        _tasks[^1] = up = up with { Rule = TriggerRule.AllSuccess };
        var down = Task(_dag, $"{_prefix}down", null, null);
        _nodes[down.Id].When(TriggerRule.AllSuccess).AsTeardown(_nodes[up.Id]);
        _tasks[^1] = down = down with { Rule = TriggerRule.AllSuccess, CleansUp = up.Id };
        _dag.Link(_nodes[up.Id] >> work.Node, work.Node >> _nodes[down.Id]);
        foreach (var task in work.First) Of(task).After.Add(up.Id);
        down.After.AddRange(work.Last);
    }

    /// <summary>Makes branches and short-circuits of some that others wait for.</summary>
    private void Choose()
    {
        foreach (var (node, id, _, _) in _tops.Where(top => top.Node is TaskNode))
        {
            if (Of(id) is not { Items: null } task) continue;
            var direct = _tops.Where(top => top.First.Any(first => Of(first).After.Contains(id))).Select(top => top.Id).ToArray();
            if (direct.Length == 0 || random.Next(3) > 0) continue;
            var isBranch = random.Next(3) > 0;
            if (isBranch) _nodes[id].Branch();
            else _nodes[id].ShortCircuit();
            var kind = isBranch ? TaskKind.Branch : TaskKind.ShortCircuit;
            _tasks[_tasks.IndexOf(task)] = task = task with { Kind = kind };
            task.Follows = ([.. direct.Where(_ => random.Next(2) == 0)], [.. direct.Where(_ => random.Next(2) == 0)]);
        }
    }

    private ModelTask Of(string id) => _tasks.Single(task => task.Id == id);
}

using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>The edges between tasks that a spec's edges between tasks and groups amount to.</summary>
public sealed class TaskGraph
{
    private readonly DagSpec _spec;
    private readonly Dictionary<string, TaskSpec> _tasks;
    private readonly Dictionary<string, GroupSpec> _groups;

    /// <summary>What each task or group waits for, by id: what its author wrote, its setups, and what makes its list.</summary>
    private readonly Dictionary<string, string[]> _after = new(StringComparer.Ordinal);

    /// <summary>Who waits for a task or group, the reverse of <see cref="_after"/>.</summary>
    private readonly ILookup<string, string> _before;

    private readonly Dictionary<string, List<string>> _groupTasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _upstreams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withDownstream = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _above = new(StringComparer.Ordinal);

    public TaskGraph(DagSpec spec)
    {
        _spec = spec;
        _tasks = spec.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
        _groups = spec.Groups.ToDictionary(group => group.Id, StringComparer.Ordinal);
        foreach (var task in spec.Tasks)
        {
            _after[task.Id] = [.. task.After.Concat(task.Teardown?.Of ?? []).Concat(ListSources(task.Id)).Distinct(StringComparer.Ordinal)];
            foreach (var group in GroupsAround(task.Id))
            {
                if (!_groupTasks.TryGetValue(group, out var inside)) _groupTasks[group] = inside = [];
                inside.Add(task.Id);
            }
        }
        foreach (var group in spec.Groups)
            _after[group.Id] = [.. group.After.Concat(ListSources(group.Id)).Distinct(StringComparer.Ordinal)];
        _before = _after.SelectMany(node => node.Value.Select(upstream => (upstream, node.Key))).ToLookup(pair => pair.upstream, pair => pair.Key, StringComparer.Ordinal);

        foreach (var task in spec.Tasks) AddEdges([task.Id], task.Id);
        foreach (var group in spec.Groups) AddEdges([.. Roots(group.Id)], group.Id);
    }

    /// <summary>The direct upstreams of a task.</summary>
    public IReadOnlyList<string> Upstreams(string task) => _upstreams.GetValueOrDefault(task, []);

    /// <summary>All that is upstream of a task, itself not included.</summary>
    public HashSet<string> Above(string task)
    {
        if (_above.TryGetValue(task, out var above)) return above;
        above = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(Upstreams(task));
        while (next.TryPop(out var id))
            if (above.Add(id))
                foreach (var upstream in Upstreams(id)) next.Push(upstream);
        return _above[task] = above;
    }

    /// <summary>Tasks of a group without an upstream in it.</summary>
    public IEnumerable<string> Roots(string group) =>
        _groupTasks.GetValueOrDefault(group, []).Where(task => !UpTo(task, group).Any(node => _after[node].Any(upstream => IsInside(upstream, group))));

    /// <summary>Tasks of a group without a downstream in it, teardowns that do not count left out.</summary>
    public IEnumerable<string> Leaves(string group) =>
        _groupTasks.GetValueOrDefault(group, []).Where(task => !IsIdle(task)
            && !UpTo(task, group).Any(node => _before[node].Any(downstream => !IsIdle(downstream) && IsInside(downstream, group))));

    /// <summary>Whether a task decides the outcome of the run as a leaf.</summary>
    public bool IsLeaf(string task) => !IsIdle(task) && !_withDownstream.Contains(task);

    /// <summary>Whether a task or group is <paramref name="group"/> or lies inside it.</summary>
    public bool IsInside(string node, string group) => node == group || GroupsAround(node).Contains(group);

    /// <summary>What a teardown waits for: its setups, the work between them and itself, its direct upstreams.</summary>
    public IEnumerable<string> WaitedForByTeardown(string teardown)
    {
        var setups = _tasks[teardown].Teardown!.Of;
        return Upstreams(teardown).Concat(Above(teardown).Where(id => setups.Any(setup => Above(id).Contains(setup)))).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The teardowns that clean up after a task, with their setups.</summary>
    public IEnumerable<string> CleanedUpBy(string task) => _spec.Tasks
        .Where(teardown => teardown.Teardown is { Of.IsEmpty: false } && teardown.Id != task && WaitedForByTeardown(teardown.Id).Contains(task))
        .SelectMany(teardown => teardown.Teardown!.Of.Add(teardown.Id)).Where(id => id != task).Distinct(StringComparer.Ordinal);

    private IEnumerable<string> ListSources(string node) => PlanReads.OfList(_spec, node).Select(read => read.TaskId);

    private bool IsIdle(string node) => _tasks.TryGetValue(node, out var task) && task.Teardown is { Counts: false };

    private IEnumerable<string> GroupsAround(string node)
    {
        for (var group = _tasks.TryGetValue(node, out var task) ? task.Group : _groups[node].Parent; group is not null; group = _groups[group].Parent)
            yield return group;
    }

    /// <summary>A task and the groups around it that lie inside <paramref name="group"/>.</summary>
    private IEnumerable<string> UpTo(string task, string group) => GroupsAround(task).TakeWhile(around => around != group).Prepend(task);

    private void AddEdges(string[] tasks, string node)
    {
        var upstreams = _after[node].SelectMany(id => _groups.ContainsKey(id) ? Leaves(id) : [id]).ToArray();
        foreach (var task in tasks)
        {
            if (!_upstreams.TryGetValue(task, out var direct)) _upstreams[task] = direct = [];
            foreach (var upstream in upstreams)
            {
                if (!direct.Contains(upstream)) direct.Add(upstream);
                if (!IsIdle(task)) _withDownstream.Add(upstream);
            }
        }
    }
}

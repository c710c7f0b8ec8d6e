namespace Updraft.Dags;

/// <summary>
/// Who waits for whom, with a start and an end for every group: what a group waits for comes before its start, its tasks lie between, and what
/// waits for the group comes after its end.
/// </summary>
internal sealed class DagGraph
{
    private readonly List<string> _names = [];
    private readonly List<List<int>> _before = [];
    private readonly List<List<int>> _after = [];
    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);
    private readonly HashSet<int> _tasks = [];

    public DagGraph(DagSpec dag)
    {
        foreach (var task in dag.Tasks.DistinctBy(task => task.Id))
        {
            _first[task.Id] = _last[task.Id] = Add(task.Id);
            _tasks.Add(_first[task.Id]);
        }
        foreach (var group in dag.Groups.DistinctBy(group => group.Id).Where(group => !_first.ContainsKey(group.Id)))
        {
            _first[group.Id] = Add(group.Id);
            _last[group.Id] = Add(group.Id);
            Join(_first[group.Id], _last[group.Id]);
        }
        foreach (var (id, group, after) in dag.Tasks.Select(task => (task.Id, task.Group, task.After)).Concat(dag.Groups.Select(group => (group.Id, group.Parent, group.After))))
        {
            if (group is not null && group != id && _first.TryGetValue(group, out var start))
            {
                Join(start, _first[id]);
                Join(_last[id], _last[group]);
            }
            foreach (var upstream in after)
            {
                if (_last.TryGetValue(upstream, out var end)) Join(end, _first[id]);
            }
        }
    }

    public bool Knows(string id) => _first.ContainsKey(id);

    /// <summary>A circle, each waiting for the one before it; null when there is none.</summary>
    public IReadOnlyList<string>? Cycle()
    {
        // Depth first with its own stack, so that a long chain needs no deep recursion.
        var state = new byte[_names.Count];
        var path = new List<int>();
        var next = new int[_names.Count];
        for (var root = 0; root < _names.Count; root++)
        {
            if (state[root] != 0) continue;
            path.Add(root);
            state[root] = 1;
            while (path.Count > 0)
            {
                var node = path[^1];
                if (next[node] == _after[node].Count)
                {
                    state[node] = 2;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }
                var following = _after[node][next[node]++];
                if (state[following] == 1) return Names(path[path.IndexOf(following)..]);
                if (state[following] != 0) continue;
                state[following] = 1;
                path.Add(following);
            }
        }
        return null;
    }

    /// <summary>Whether <paramref name="id"/> waits for <paramref name="upstream"/>, directly or through others.</summary>
    public bool IsUpstream(string upstream, string id) => _last.TryGetValue(upstream, out var end) && _first.TryGetValue(id, out var start) && Reaches(start, end);

    /// <summary>Tasks that wait for a task with nothing but the edges of groups between them.</summary>
    public IEnumerable<string> DirectDownstreams(string id)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(_after[_last[id]]);
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node)) continue;
            if (_tasks.Contains(node)) yield return _names[node];
            else foreach (var following in _after[node]) open.Push(following);
        }
    }

    private bool Reaches(int from, int back)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(_before[from]);
        while (open.TryPop(out var node))
        {
            if (node == back) return true;
            if (!seen.Add(node)) continue;
            foreach (var earlier in _before[node]) open.Push(earlier);
        }
        return false;
    }

    private List<string> Names(IEnumerable<int> nodes)
    {
        var names = new List<string>();
        foreach (var node in nodes)
        {
            if (names.Count == 0 || names[^1] != _names[node]) names.Add(_names[node]);
        }
        if (names.Count > 1 && names[0] == names[^1]) names.RemoveAt(names.Count - 1);
        return names;
    }

    private int Add(string name)
    {
        _names.Add(name);
        _before.Add([]);
        _after.Add([]);
        return _names.Count - 1;
    }

    private void Join(int before, int after)
    {
        _after[before].Add(after);
        _before[after].Add(before);
    }
}

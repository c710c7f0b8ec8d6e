namespace Updraft.Dags;

/// <summary>Upstreams exist, nothing waits for itself, and every group has tasks.</summary>
internal static class GraphRules
{
    public static void Check(DagFacts facts)
    {
        var dag = facts.Dag;
        if (dag.Tasks.Length == 0) facts.Report(DagErrors.NoTasks, "tasks", "the DAG has no tasks; add one");
        var inhabited = dag.Tasks.SelectMany(task => Around(task.Id)).ToHashSet(StringComparer.Ordinal);
        foreach (var group in dag.Groups)
        {
            if (!inhabited.Contains(group.Id)) facts.Report(DagErrors.NoTasks, $"tasks.{group.Id}", $"the group '{group.Id}' has no tasks; add one, or remove it");
            Upstreams(facts, group.Id, group.Parent, group.After);
        }
        foreach (var task in dag.Tasks) Upstreams(facts, task.Id, task.Group, task.After);
        if (facts.Graph.Cycle() is { } cycle) Report(facts, cycle);
        else foreach (var group in dag.Groups.Where(group => group.Retries > 0)) StaysInside(facts, group.Id);
    }

    /// <summary>Outside a group with retries its members are unfinished until all of it is settled, so nothing inside can wait for what waits for them.</summary>
    private static void StaysInside(DagFacts facts, string group)
    {
        var members = facts.Dag.Tasks.Select(task => task.Id).Where(id => Around(id).Contains(group)).ToArray();
        var outside = facts.Dag.Tasks.Select(task => task.Id).Except(members);
        foreach (var (between, from, to) in outside.SelectMany(id => members.Where(member => facts.Graph.IsUpstream(member, id)).Take(1)
            .SelectMany(from => members.Where(to => facts.Graph.IsUpstream(id, to)).Take(1).Select(to => (id, from, to)))).Take(1))
        {
            facts.Report(DagErrors.RetriedGroupLeft, $"tasks.{group}.retries",
                $"the group '{group}' has retries, but '{to}' in it waits for '{between}' outside it, which waits for '{from}' in it: move '{between}' into the group, or remove its retries");
        }
    }

    private static void Upstreams(DagFacts facts, string id, string? group, IEnumerable<string> after)
    {
        foreach (var (index, upstream) in after.Index())
        {
            if (facts.Graph.Knows(upstream)) continue;
            var known = facts.Ids.Where(name => name != id).SelectMany(name => group is not null && name.StartsWith(group + ".", StringComparison.Ordinal) ? new[] { name, name[(group.Length + 1)..] } : [name]);
            facts.Report(DagErrors.UnknownUpstream, $"tasks.{id}.after[{index}]", $"'{id}' waits for '{upstream}', which is no task or group of this DAG{Suggestion.For(upstream, known)}");
        }
    }

    private static void Report(DagFacts facts, IReadOnlyList<string> cycle)
    {
        var first = cycle[0];
        facts.Report(DagErrors.Cycle, $"tasks.{first}.after", cycle.Count == 1
            ? $"'{first}' waits for itself, or for a task of its own; remove that from its 'after'"
            : $"tasks wait for each other in a circle: {string.Join(" >> ", cycle)} >> {first}; remove one of these arrows");
    }

    private static IEnumerable<string> Around(string id)
    {
        for (var at = TaskNames.Parent(id); at is not null; at = TaskNames.Parent(at)) yield return at;
    }
}

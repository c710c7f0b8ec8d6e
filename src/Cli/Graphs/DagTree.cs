using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Tasks and groups as they lie within each other.</summary>
internal static class DagTree
{
    /// <summary>A task or a group.</summary>
    public sealed record Node(string Id, TaskSpec? Task, GroupSpec? Group);

    /// <summary>What lies directly in a group, or at the top, in the order in which its author wrote the tasks.</summary>
    public static IReadOnlyList<Node> Members(DagSpec dag, string? group)
    {
        var order = dag.Tasks.Select((task, position) => (task, position)).ToList();
        var tasks = order.Where(entry => entry.task.Group == group).Select(entry => (Node: new Node(entry.task.Id, entry.task, null), entry.position));
        var groups = dag.Groups.Where(inner => inner.Parent == group).Select(inner => (Node: new Node(inner.Id, null, inner), position: FirstInside(order, inner.Id)));
        return [.. tasks.Concat(groups).OrderBy(entry => entry.position).Select(entry => entry.Node)];
    }

    /// <summary>The last part of an id.</summary>
    public static string OwnName(string id, string? group) => group is null ? id : id[(group.Length + 1)..];

    private static int FirstInside(IEnumerable<(TaskSpec Task, int Position)> order, string group) =>
        order.Where(entry => entry.Task.Id.StartsWith(group + ".", StringComparison.Ordinal)).Select(entry => entry.Position).DefaultIfEmpty(int.MaxValue).First();
}

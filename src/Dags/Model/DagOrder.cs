using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>Tasks and groups as the author's tree: each group's members together, in the order of their first task.</summary>
internal static class DagOrder
{
    /// <summary>A task or a group.</summary>
    public readonly record struct Member(string Id, TaskSpec? Task, GroupSpec? Group);

    /// <summary>What stands directly in a group (null for the top).</summary>
    public static IEnumerable<Member> Members(DagSpec dag, string? group)
    {
        var groups = dag.Groups.Where(each => each.Parent == group).ToList();
        var tasks = dag.Tasks.Index().Where(each => each.Item.Group == group)
            .Select(each => (each.Index, Member: new Member(each.Item.Id, each.Item, null)));
        return groups
            .Select(each => (Index: FirstTask(dag, each.Id), Member: new Member(each.Id, null, each)))
            .Concat(tasks)
            .OrderBy(each => each.Index)
            .Select(each => each.Member);
    }

    /// <summary>The same DAG with its tasks and groups in the order of the tree.</summary>
    public static DagSpec Sort(DagSpec dag)
    {
        var tasks = ImmutableArray.CreateBuilder<TaskSpec>();
        var groups = ImmutableArray.CreateBuilder<GroupSpec>();
        Visit(null);
        return dag with { Tasks = tasks.ToImmutable(), Groups = groups.ToImmutable() };

        void Visit(string? around)
        {
            foreach (var member in Members(dag, around))
            {
                if (member.Task is { } task) tasks.Add(task);
                if (member.Group is not { } group) continue;
                groups.Add(group);
                Visit(group.Id);
            }
        }
    }

    /// <summary>An id without its group's.</summary>
    public static string OwnName(string id, string? group) => group is not null && id.StartsWith(group + ".", StringComparison.Ordinal) ? id[(group.Length + 1)..] : id;

    private static int FirstTask(DagSpec dag, string group)
    {
        var first = dag.Tasks.Index().FirstOrDefault(each => each.Item.Id.StartsWith(group + ".", StringComparison.Ordinal), (Index: int.MaxValue, Item: null!));
        return first.Index;
    }
}

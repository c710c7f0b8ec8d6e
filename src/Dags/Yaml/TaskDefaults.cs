namespace Updraft.Dags;

/// <summary>
/// <c>defaults</c> of a DAG and of groups, put into the tasks: the nearest wins, mappings are merged, everything else is replaced, and a null
/// takes a default away. <c>due</c> and callbacks are replaced as a whole. Fields of an operator go to the tasks of that operator.
/// </summary>
internal sealed class TaskDefaults(DagReadContext context)
{
    private const string Key = "defaults";

    public static TreeMap Apply(TreeMap dag, DagReadContext context) => new TaskDefaults(context).Scope(dag, new TreeMap(dag.Origin, []), "");

    private TreeMap Scope(TreeMap scope, TreeMap outer, string path)
    {
        var defaults = outer;
        var at = path.Length == 0 ? Key : $"{path}.{Key}";
        switch (scope.Find(Key))
        {
            case TreeMap own:
                Check(own, scope, at);
                defaults = Merge(outer, own);
                break;
            case null or TreeNull:
                break;
            case var other:
                context.Report(DagErrors.BadValue, at, other.Origin, $"must be a mapping of task fields, and is {other.Kind}");
                break;
        }
        return new TreeMap(scope.Origin, [.. scope.Without(Key).Members.Select(member => member is { Name: "tasks", Value: TreeMap tasks }
            ? member with { Value = new TreeMap(tasks.Origin, [.. tasks.Members.Select(task => task with { Value = Task(task, defaults, path) })]) }
            : member)]);
    }

    private TreeNode Task(TreeMember task, TreeMap defaults, string path)
    {
        if (task.Value is not TreeMap map) return task.Value;
        if (map.Find("tasks") is not null) return Scope(map, defaults, path.Length == 0 ? $"tasks.{task.Name}" : $"{path}.{task.Name}");
        // Only what is a field of tasks, or this task's own operator.
        var fitting = defaults.Members.Where(member => DagShapes.Task.Has(member.Name) || map.Find(member.Name) is not null);
        return Merge(new TreeMap(map.Origin, [.. fitting]), map);
    }

    private void Check(TreeMap defaults, TreeMap scope, string path)
    {
        var operators = Operators(scope).ToHashSet(StringComparer.Ordinal);
        foreach (var member in defaults.Members)
        {
            var at = $"{path}.{member.Name}";
            if (DagShapes.Task.Has(member.Name))
            {
                if (!DagShapes.TaskDefaults.Contains(member.Name)) context.Report(DagErrors.UnknownField, at, member.Origin, $"'{member.Name}' is a task's own and has no default; write it in the task");
            }
            else if (!operators.Contains(member.Name))
            {
                context.Report(DagErrors.UnknownField, at, member.Origin, $"'{member.Name}' is no field of tasks and no operator of a task here{Suggestion.For(member.Name, DagShapes.TaskDefaults.Concat(operators))}");
            }
        }
    }

    private static IEnumerable<string> Operators(TreeMap scope)
    {
        foreach (var task in (scope.Find("tasks") as TreeMap)?.Members ?? [])
        {
            if (task.Value is not TreeMap map) continue;
            var names = map.Find("tasks") is null ? map.Members.Select(member => member.Name).Where(name => !DagShapes.Task.Has(name)) : Operators(map);
            foreach (var name in names) yield return name;
        }
    }

    private static TreeMap Merge(TreeMap outer, TreeMap inner, bool ofTask = true)
    {
        var members = new List<TreeMember>();
        foreach (var member in inner.Members)
        {
            var fallback = outer.Find(member.Name);
            if (fallback is not null && member.Value is TreeNull) continue;
            members.Add(fallback is TreeMap below && member.Value is TreeMap above && !(ofTask && DagShapes.WholeDefaults.Contains(member.Name)) ? member with { Value = Merge(below, above, ofTask: false) } : member);
        }
        members.AddRange(outer.Members.Where(member => inner.Find(member.Name) is null));
        return new TreeMap(inner.Origin, members);
    }
}

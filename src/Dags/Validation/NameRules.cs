namespace Updraft.Dags;

/// <summary>Names are well-formed and stand once, and ids agree with their groups.</summary>
internal static class NameRules
{
    public const int LongestId = 200;
    private const int Longest = 64;

    public static void Check(DagFacts facts)
    {
        var dag = facts.Dag;
        Name(facts, "name", "the DAG's name", dag.Name, dots: true);
        Name(facts, "lane", "the lane", dag.Lane, dots: true);
        Labels(facts, "labels", dag.Labels, templates: true);
        foreach (var name in dag.Params.Keys) Name(facts, $"params.{name}", "the name of a param", name, dots: false);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in dag.Groups) Id(facts, group.Id, group.Parent, seen);
        foreach (var task in dag.Tasks)
        {
            Id(facts, task.Id, task.Group, seen);
            Labels(facts, $"tasks.{task.Id}.labels", task.Labels);
            Datasets(facts, $"tasks.{task.Id}.produces", task.Produces);
            foreach (var use in task.Pools) Name(facts, $"tasks.{task.Id}.pools.{use.Pool}", "the name of a pool", use.Pool, dots: true);
            foreach (var pool in task.Pools.GroupBy(use => use.Pool).Where(uses => uses.Count() > 1))
                facts.Report(DagErrors.Duplicate, $"tasks.{task.Id}.pools.{pool.Key}", $"the pool '{pool.Key}' stands here twice; add the slots");
        }
    }

    public static bool IsName(string name, bool dots) => name.Length is >= 1 and <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' || (dots && c == '.'));

    private static void Id(DagFacts facts, string id, string? group, HashSet<string> seen)
    {
        var path = $"tasks.{id}";
        if (!seen.Add(id)) facts.Report(DagErrors.Duplicate, path, $"two tasks or groups are both '{id}'; rename one");
        if (group is not null && !facts.IsGroup(group)) facts.Report(DagErrors.BadGroup, path, $"'{id}' is in the group '{group}', which the DAG does not have; add the group");
        if (group is not null && !id.StartsWith(group + ".", StringComparison.Ordinal))
        {
            facts.Report(DagErrors.BadGroup, path, $"'{id}' is in the group '{group}', so its id must begin with '{group}.'");
            return;
        }
        Name(facts, path, "the name of a task or group", DagOrder.OwnName(id, group), dots: false);
        if (id.Length > LongestId) facts.Report(DagErrors.BadName, path, $"the full id has {id.Length} characters, and may have {LongestId}; shorten the names of the groups around it");
    }

    /// <summary>What is a template is judged once it is rendered.</summary>
    private static void Labels(DagFacts facts, string path, IReadOnlyDictionary<string, string> labels, bool templates = false)
    {
        foreach (var (name, value) in labels)
        {
            if (name.Length is 0 or > Longest || name.Any(char.IsControl)) facts.Report(DagErrors.BadName, $"{path}.{name}", $"the name of a label has 1 to {Longest} printable characters");
            if (value.Length > DagLabels.MaxValue && !(templates && Template.HasExpressions(value))) facts.Report(DagErrors.OutOfRange, $"{path}.{name}", $"the value of a label has at most {DagLabels.MaxValue} characters, and this has {value.Length}");
        }
    }

    /// <summary>What is a template is judged once it is rendered.</summary>
    private static void Datasets(DagFacts facts, string path, IReadOnlyList<DatasetOutput> outputs)
    {
        foreach (var (index, output) in outputs.Index())
        {
            if (!Template.HasExpressions(output.Dataset) && !DatasetNames.IsName(output.Dataset))
                facts.Report(DagErrors.BadName, $"{path}[{index}]", $"the name of a dataset has 1 to {DatasetNames.MaxLength} printable characters, without white space at its ends");
            if (output.Partition is { } partition && !Template.HasExpressions(partition) && !DatasetNames.IsName(partition))
                facts.Report(DagErrors.BadName, $"{path}[{index}].partition", $"a partition has 1 to {DatasetNames.MaxLength} printable characters, without white space at its ends");
        }
        foreach (var twice in outputs.GroupBy(output => output).Where(same => same.Count() > 1))
            facts.Report(DagErrors.Duplicate, path, $"the dataset '{twice.Key.Dataset}' stands here twice; remove one, or give them different partitions");
    }

    private static void Name(DagFacts facts, string path, string what, string name, bool dots)
    {
        if (!IsName(name, dots)) facts.Report(DagErrors.BadName, path, $"{what} is '{name}', and may have 1 to {Longest} letters, digits, '_'{(dots ? ", '-' and '.'" : " and '-'")}");
    }
}

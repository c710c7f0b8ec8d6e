namespace Updraft.Dags;

/// <summary>The table of values that makes several DAGs of one file.</summary>
internal static class DagInstances
{
    public const string Key = "instances";

    /// <summary>One entry of values per DAG; a single null for a file that is no template.</summary>
    public static IReadOnlyList<TreeMap?> Of(TreeNode root, DagFolder folder, string file, List<Problem> problems)
    {
        if (root is not TreeMap map || map.Find(Key) is not { } table) return [null];
        if (new TreeExpansion(folder, null, problems).Expand(table, Key, file) is not TreeList { Items: { Count: > 0 and <= YamlLimits.Instances } rows })
        {
            throw YamlStop.At(DagErrors.BadInstances, Key, table.Origin, $"must be a list of 1 to {YamlLimits.Instances} mappings, one per DAG, as in - {{ customer: acme, size: 10 }}");
        }
        foreach (var (index, row) in rows.Index())
        {
            if (row is not TreeMap) problems.Add(new Problem(DagErrors.BadInstances, row.Origin.At($"{Key}[{index}]"), $"must be a mapping from names to values, and is {row.Kind}"));
        }
        return [.. rows.OfType<TreeMap>()];
    }
}

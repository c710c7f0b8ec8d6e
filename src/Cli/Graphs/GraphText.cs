using System.Globalization;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>A DAG as an indented list: groups around tasks, each with its operator, what it waits for, and how it differs from the ordinary.</summary>
internal static class GraphText
{
    public static IReadOnlyList<string> Of(DagSpec dag)
    {
        var lines = new List<string> { dag.Name + (dag.Description is { } text ? $": {Printable.Of(text)}" : "") };
        lines.AddRange(Columns.Of([.. Members(dag, null, 1)]));
        return lines;
    }

    private static IEnumerable<IReadOnlyList<string>> Members(DagSpec dag, string? group, int depth)
    {
        foreach (var node in DagTree.Members(dag, group))
        {
            var name = new string(' ', depth * 2) + DagTree.OwnName(node.Id, group);
            if (node.Task is { } task)
            {
                yield return [name, task.Operator, After(task.After), Notes(task)];
                continue;
            }
            yield return [name + "/", "group", After(node.Group!.After), Notes(node.Group)];
            foreach (var row in Members(dag, node.Id, depth + 1)) yield return row;
        }
    }

    private static string After(IReadOnlyList<string> upstreams) => upstreams.Count == 0 ? "" : "after " + string.Join(", ", upstreams);

    private static string Notes(TaskSpec task) => string.Join(", ", new[]
    {
        task.Map is null ? null : Map(task.Map),
        task.Kind == TaskKind.Work ? null : Words(task.Kind),
        task.Setup ? "setup" : null,
        task.Teardown is null ? null : "teardown",
        task.TriggerRule == TriggerRule.AllSuccess ? null : Words(task.TriggerRule),
        task.Retry.Retries == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{task.Retry.Retries} {(task.Retry.Retries == 1 ? "retry" : "retries")}"),
    }.OfType<string>());

    private static string Notes(GroupSpec group) => string.Join(", ", new[]
    {
        group.Map is null ? null : Map(group.Map),
        group.Retries == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{group.Retries} {(group.Retries == 1 ? "retry" : "retries")}"),
    }.OfType<string>());

    private static string Map(MapSpec map) => $"mapped over {Printable.Of(map.Over.ToString())}";

    private static string Words(Enum value) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

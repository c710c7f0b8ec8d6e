using System.Text;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>A DAG as a Mermaid flowchart, which many pages and editors draw.</summary>
internal static class MermaidText
{
    public static IReadOnlyList<string> Of(DagSpec dag)
    {
        var names = dag.Tasks.Select(task => task.Id).Concat(dag.Groups.Select(group => group.Id)).Select((id, i) => (id, i)).ToDictionary(entry => entry.id, entry => $"n{entry.i}", StringComparer.Ordinal);
        var lines = new List<string> { "flowchart LR" };
        AddMembers(lines, dag, null, names, 1);
        foreach (var task in dag.Tasks) lines.AddRange(task.After.Concat(task.Teardown?.Of ?? []).Distinct(StringComparer.Ordinal).Select(upstream => $"  {names[upstream]} --> {names[task.Id]}"));
        foreach (var group in dag.Groups) lines.AddRange(group.After.Select(upstream => $"  {names[upstream]} --> {names[group.Id]}"));
        return lines;
    }

    private static void AddMembers(List<string> lines, DagSpec dag, string? group, Dictionary<string, string> names, int depth)
    {
        var indent = new string(' ', depth * 2);
        foreach (var node in DagTree.Members(dag, group))
        {
            var label = Label(DagTree.OwnName(node.Id, group) + ((node.Task?.Map ?? node.Group?.Map) is null ? "" : " ×"));
            if (node.Task is { } task)
            {
                lines.Add(indent + names[node.Id] + Shape(task, label));
                continue;
            }
            lines.Add($"{indent}subgraph {names[node.Id]}[{label}]");
            AddMembers(lines, dag, node.Id, names, depth + 1);
            lines.Add(indent + "end");
        }
    }

    private static string Shape(TaskSpec task, string label) => task.Kind == TaskKind.Work ? $"[{label}]" : $"{{{label}}}";

    private static string Label(string text)
    {
        var label = new StringBuilder("\"");
        foreach (var c in text) label.Append(c is '"' or '#' or '<' or '>' or '&' ? $"#{(int)c};" : c);
        return label.Append('"').ToString();
    }
}

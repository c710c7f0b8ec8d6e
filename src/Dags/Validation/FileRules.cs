using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Files that operators read from the DAG's folder are there.</summary>
internal static class FileRules
{
    public static void Check(DagFacts facts, IReadOnlyCollection<string> files)
    {
        foreach (var task in facts.Dag.Tasks) Check(facts, files, task.Operator, task.With, $"tasks.{task.Id}");
        foreach (var (callback, path) in CallbackRules.All(facts.Dag)) Check(facts, files, callback.Operator, callback.With, path);
    }

    private static void Check(DagFacts facts, IReadOnlyCollection<string> files, string @operator, JsonElement with, string path)
    {
        if (with.ValueKind != JsonValueKind.Object || facts.Manifest(@operator) is not { } manifest) return;
        foreach (var field in with.EnumerateObject().Where(field => manifest.FileFields.Contains(field.Name) && field.Value.ValueKind == JsonValueKind.String))
        {
            var file = field.Value.GetString()!;
            if (Template.HasExpressions(file) || files.Contains(Plain(file))) continue;
            facts.Report(DagErrors.BadOperatorField, $"{path}.{@operator}.{field.Name}", files.Count == 0
                ? $"there is no '{file}': the DAG is a file alone, so put it into a folder as {DagYaml.MainFile}, and '{file}' beside it"
                : $"there is no '{file}' in the DAG's folder{Suggestion.For(file, files)}");
        }
    }

    /// <summary>A path without detours; one that leads out of the folder keeps its dots, and so names no file of it.</summary>
    private static string Plain(string path)
    {
        var steps = new List<string>();
        foreach (var step in path.Split('/'))
        {
            if (step == ".." && steps is [.., not ".."]) steps.RemoveAt(steps.Count - 1);
            else if (step != ".") steps.Add(step);
        }
        return string.Join('/', steps);
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Which upstream outputs a task's templates and the lists of its maps read.</summary>
internal static class PlanReads
{
    /// <summary>Outputs that the templates of a task read.</summary>
    public static ImmutableArray<OutputReference> Of(DagSpec dag, TaskSpec task) => [.. In(task.With.GetRawText()).Distinct()];

    /// <summary>Tasks whose outputs make the list of a map; none when it comes from conf or is written out.</summary>
    public static IEnumerable<string> ListSources(DagSpec dag, MapSpec? map, string node, bool isGroup) =>
        map is null ? [] : In(map.Over.GetRawText()).Select(read => read.TaskId).Distinct(StringComparer.Ordinal);

    /// <summary>The mapped task whose outputs, as they are, make the list of <paramref name="task"/>; null when its list comes from elsewhere.</summary>
    public static string? ChainedTo(DagSpec dag, TaskSpec task) =>
        task.Map is { Over.ValueKind: JsonValueKind.String } map && In(map.Over.GetRawText()).ToArray() is [{ Form: OutputForm.All } read] ? read.TaskId : null;

    private static IEnumerable<OutputReference> In(string text)
    {
        for (var at = text.IndexOf("tasks.", StringComparison.Ordinal); at >= 0; at = text.IndexOf("tasks.", at + 1, StringComparison.Ordinal))
        {
            var rest = text[(at + 6)..];
            var dot = rest.IndexOf(".output", StringComparison.Ordinal);
            if (dot > 0) yield return new OutputReference(rest[..dot], rest[dot..].StartsWith(".outputs", StringComparison.Ordinal) ? OutputForm.All : OutputForm.Single);
        }
    }
}

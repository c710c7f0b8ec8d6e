using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Which upstream outputs a task's templates and the lists of its maps read.</summary>
internal static class PlanReads
{
    /// <summary>Outputs that the templates of a task read.</summary>
    public static ImmutableArray<OutputReference> Of(DagSpec dag, TaskSpec task, OperatorTraits? traits) => OutputReferences.Of(dag, task, traits?.RawFields.ToHashSet(StringComparer.Ordinal));

    /// <summary>Outputs that the list of a task's or group's map reads.</summary>
    public static ImmutableArray<OutputReference> OfList(DagSpec dag, string node) =>
        dag.Tasks.FirstOrDefault(task => task.Id == node) is { } task ? OutputReferences.OfMap(dag, task)
        : OutputReferences.OfMap(dag, dag.Groups.First(group => group.Id == node));

    /// <summary>The mapped task whose outputs, as they are, make the list of <paramref name="task"/>; null when its list comes from elsewhere.</summary>
    public static string? ChainedTo(DagSpec dag, TaskSpec task)
    {
        if (task.Map is not { Over.ValueKind: JsonValueKind.String } map) return null;
        var reference = Template.Parse(map.Over.GetString()!).AsReference;
        return reference?.Root is TemplateRoot.Outputs ? OutputReferences.OfMap(dag, task).Single(read => read.Form is OutputForm.All).TaskId : null;
    }
}

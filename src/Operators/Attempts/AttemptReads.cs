using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What the templates of a task read, found once per spec: a spec is kept while its DAG is at work, and this beside it.</summary>
internal static class AttemptReads
{
    private static readonly ConditionalWeakTable<TaskSpec, IReadOnlyList<TemplateReference>> OfFields = [];

    /// <summary>What the fields of a task, except the raw ones, and its compute profile read.</summary>
    public static IReadOnlyList<TemplateReference> Of(TaskSpec task, ImmutableSortedSet<string> rawFields) =>
        OfFields.GetValue(task, found => [.. Of(found.With, rawFields).Concat(OfCompute(found.Compute)).Distinct()]);

    /// <summary>What the strings of a value read.</summary>
    public static IReadOnlyList<TemplateReference> Of(JsonElement value, ImmutableSortedSet<string>? rawFields = null) =>
        [.. Templates.In(value, rawFields).SelectMany(text => text.Parse().References).Distinct()];

    private static IEnumerable<TemplateReference> OfCompute(ComputeProfile? compute) =>
        compute is null ? [] : ComputeTemplates.In(compute).SelectMany(text => text.Parse().References);
}

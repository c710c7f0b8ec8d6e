using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What the templates of a task read, found once per spec: a spec is kept while its DAG is at work, and this beside it.</summary>
internal static class AttemptReads
{
    private static readonly ConditionalWeakTable<TaskSpec, IReadOnlyList<TemplateReference>> OfFields = [];

    /// <summary>What the fields of a task read, except the raw ones.</summary>
    public static IReadOnlyList<TemplateReference> Of(TaskSpec task, ImmutableSortedSet<string> rawFields) =>
        OfFields.GetValue(task, found => Of(found.With, rawFields));

    /// <summary>What the strings of a value read.</summary>
    public static IReadOnlyList<TemplateReference> Of(JsonElement value, ImmutableSortedSet<string>? rawFields = null) =>
        [.. Templates.In(value, rawFields).SelectMany(text => text.Parse().References).Distinct()];
}

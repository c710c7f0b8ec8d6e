using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What the templates of a task read, found once per spec: a spec is kept while its DAG is at work, and this beside it.</summary>
internal static class AttemptReads
{
    private static readonly ConditionalWeakTable<TaskSpec, TaskReads> OfFields = [];

    /// <summary>What the fields of a task, except the raw ones, and its compute profile read.</summary>
    public static TaskReads Of(DagSpec dag, TaskSpec task, OperatorManifest manifest) => OfFields.GetValue(task, found =>
    {
        var with = manifest.StreamFields.IsEmpty ? found.With : WithTokens(dag, found, manifest.StreamFields);
        return new(with, [.. Of(with, manifest.RawFields).Concat(OfCompute(found.Compute)).Distinct()]);
    });

    /// <summary>What the strings of a value read.</summary>
    public static IReadOnlyList<TemplateReference> Of(JsonElement value, ImmutableSortedSet<string>? rawFields = null) =>
        [.. Templates.In(value, rawFields).SelectMany(text => text.Parse().References).Distinct()];

    private static IEnumerable<TemplateReference> OfCompute(ComputeProfile? compute) =>
        compute is null ? [] : ComputeTemplates.In(compute).SelectMany(text => text.Parse().References);

    /// <summary>The fields with a token in place of each list of mapped outputs that is to be read as a stream.</summary>
    private static JsonElement WithTokens(DagSpec dag, TaskSpec task, ImmutableSortedSet<string> fields)
    {
        if (task.With.ValueKind != JsonValueKind.Object || !Templates.In(task.With).Any(text => text.Text.Contains("outputs", StringComparison.Ordinal))) return task.With;
        var with = JsonObject.Create(task.With)!;
        foreach (var field in fields)
            if (with[field] is { } value) with[field] = WithTokens(value.DeepClone());
        return JsonSerializer.SerializeToElement(with);

        JsonNode? WithTokens(JsonNode? value) => value switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, WithTokens(member.Value?.DeepClone())))),
            JsonArray items => new JsonArray([.. items.Select(item => WithTokens(item?.DeepClone()))]),
            JsonValue text when text.TryGetValue<string>(out var template) && TaskOf(template) is { } id => JsonSerializer.SerializeToNode(MappedOutputs.Token(id)),
            _ => value,
        };

        string? TaskOf(string text) => Template.HasExpressions(text) && Template.Parse(text).AsReference is { Root: TemplateRoot.Outputs } reference
            ? OutputReferences.Resolve(reference, task.Group, id => dag.Tasks.Any(other => other.Id == id))?.TaskId
            : null;
    }
}

/// <summary>The fields of a task and what they read.</summary>
/// <param name="With">The fields, to be rendered.</param>
/// <param name="References">What their templates, and those of the compute profile, read.</param>
internal sealed record TaskReads(JsonElement With, IReadOnlyList<TemplateReference> References);

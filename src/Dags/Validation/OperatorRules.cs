using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Operators are offered, and their fields fit their manifests.</summary>
internal static class OperatorRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var task in facts.Dag.Tasks)
        {
            var path = $"tasks.{task.Id}";
            if (DagShapes.Task.Has(task.Operator) || DagShapes.Group.Has(task.Operator) || task.Operator.StartsWith('$') || task.Operator.Length == 0)
            {
                facts.Report(DagErrors.BadName, path, $"an operator cannot be named '{task.Operator}', which is a field of tasks or empty");
                continue;
            }
            if (task.With.ValueKind != JsonValueKind.Object)
            {
                facts.Report(DagErrors.BadValue, $"{path}.{task.Operator}", "an operator's fields are an object");
                continue;
            }
            if (facts.Operators is not { } offered) continue;
            if (facts.Manifest(task.Operator) is { } manifest) Fields(facts, task, manifest, $"{path}.{task.Operator}");
            else facts.Report(DagErrors.UnknownOperator, $"{path}.{task.Operator}", $"there is no operator '{task.Operator}'{Suggestion.For(task.Operator, offered)}");
        }
    }

    private static void Fields(DagFacts facts, TaskSpec task, OperatorManifest manifest, string path)
    {
        var flaws = JsonSchema.Check(manifest.Fields);
        foreach (var flaw in flaws) facts.Report(DagErrors.BadSchema, path, $"the manifest of operator '{manifest.Name}' is wrong at '{flaw.Path}': {flaw.Message}");
        if (!flaws.IsEmpty) return;

        // A template may yield anything, so it fits every type; a raw field is known as it is.
        var raw = task.With.EnumerateObject().Where(field => manifest.RawFields.Contains(field.Name)).ToList();
        var problems = JsonSchema.Validate(Closed(manifest.Fields), task.With, IsTemplate);
        foreach (var field in raw.Where(field => IsTemplate(field.Value)))
        {
            if (manifest.Fields.TryGetProperty("properties", out var properties) && properties.TryGetProperty(field.Name, out var schema))
                problems = problems.AddRange(JsonSchema.Validate(schema, field.Value).Select(problem => problem with { Path = field.Name }));
        }
        foreach (var problem in problems) facts.Report(DagErrors.BadOperatorField, ConfCheck.Join(path, problem.Path), problem.Path.Length == 0 ? $"operator '{manifest.Name}': {problem.Message}" : problem.Message);
        foreach (var field in raw)
        {
            foreach (var text in Templates.In(field.Value).Where(text => TemplateRules.IsMeant(text.Text)))
            {
                facts.Report(DagErrors.TemplateInRawField, ConfCheck.Join($"{path}.{field.Name}", text.Path), $"'{field.Name}' is taken as it is, so {Shorten(text.Text)} would not be replaced; hand the value over by another field, such as an environment variable");
            }
        }
    }

    private static bool IsTemplate(JsonElement value) => value.ValueKind == JsonValueKind.String && Template.HasExpressions(value.GetString()!);

    /// <summary>Unknown fields are refused unless the manifest says something about them.</summary>
    private static JsonElement Closed(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("additionalProperties", out _)) return schema;
        var members = schema.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        members["additionalProperties"] = JsonSerializer.SerializeToElement(false);
        return JsonSerializer.SerializeToElement(members);
    }

    private static string Shorten(string text)
    {
        var from = text.IndexOf("{{", StringComparison.Ordinal);
        var end = text.IndexOf("}}", from, StringComparison.Ordinal);
        return end < 0 || end - from > 80 ? "the template in it" : text[from..(end + 2)];
    }
}

using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Operators are offered, and their fields fit their manifests.</summary>
internal static class OperatorRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var task in facts.Dag.Tasks)
        {
            Check(facts, task.Operator, task.With, $"tasks.{task.Id}");
            if (task.Compute is not { } compute) continue;
            foreach (var (field, message) in facts.Manifest(task.Operator)?.Refused(compute) ?? []) facts.Report(DagErrors.Contradiction, $"tasks.{task.Id}.compute.{field}", message);
        }
        foreach (var (callback, path) in CallbackRules.All(facts.Dag)) Check(facts, callback.Operator, callback.With, path);
    }

    private static void Check(DagFacts facts, string @operator, JsonElement with, string path)
    {
        if (DagShapes.Task.Has(@operator) || DagShapes.Group.Has(@operator) || @operator.StartsWith('$') || @operator.Length == 0)
        {
            facts.Report(DagErrors.BadName, path, $"an operator cannot be named '{@operator}', which is a field of tasks or empty");
            return;
        }
        path = $"{path}.{@operator}";
        if (with.ValueKind != JsonValueKind.Object)
        {
            facts.Report(DagErrors.BadValue, path, "an operator's fields are an object");
            return;
        }
        if (facts.Operators is not { } offered) return;
        if (facts.Manifest(@operator) is { } manifest) Fields(facts, with, manifest, path);
        else facts.Report(DagErrors.UnknownOperator, path, $"there is no operator '{@operator}'{Suggestion.For(@operator, offered)}");
    }

    private static void Fields(DagFacts facts, JsonElement with, OperatorManifest manifest, string path)
    {
        var flaws = JsonSchema.Check(manifest.Fields);
        foreach (var flaw in flaws) facts.Report(DagErrors.BadSchema, path, $"the manifest of operator '{manifest.Name}' is wrong at '{flaw.Path}': {flaw.Message}");
        if (!flaws.IsEmpty) return;

        // A template may yield anything, so it fits every type; a raw field is known as it is.
        var raw = with.EnumerateObject().Where(field => manifest.RawFields.Contains(field.Name)).ToList();
        var problems = JsonSchema.Validate(Closed(manifest.Fields), with, IsTemplate);
        foreach (var field in raw.Where(field => IsTemplate(field.Value)))
        {
            if (manifest.Fields.TryGetProperty("properties", out var properties) && properties.TryGetProperty(field.Name, out var schema))
                problems = problems.AddRange(JsonSchema.Validate(schema, field.Value).Select(problem => problem with { Path = field.Name }));
        }
        foreach (var problem in problems) facts.Report(DagErrors.BadOperatorField, ConfCheck.Join(path, problem.Path), problem.Path.Length == 0 ? $"operator '{manifest.Name}': {problem.Message}" : problem.Message);
        if (problems.IsEmpty && manifest.Check is { } check && Templates.In(with).All(text => !Template.HasExpressions(text.Text))) Rules(facts, with, check, path);
        foreach (var field in raw)
        {
            foreach (var text in Templates.In(field.Value).Where(text => TemplateRules.IsMeant(text.Text)))
            {
                facts.Report(DagErrors.TemplateInRawField, ConfCheck.Join($"{path}.{field.Name}", text.Path), $"'{field.Name}' is taken as it is, so {Shorten(text.Text)} would not be replaced; hand the value over by another field, such as an environment variable");
            }
        }
    }

    private static void Rules(DagFacts facts, JsonElement with, Action<JsonElement> check, string path)
    {
        try
        {
            check(with);
        }
        catch (UpdraftException broken)
        {
            facts.Report(DagErrors.BadOperatorField, path, broken.Message);
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

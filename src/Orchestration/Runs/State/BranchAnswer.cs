using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What a branch or short-circuit handed over, read as a choice.</summary>
internal static class BranchAnswer
{
    /// <summary>Reads the choice; null with the problem when it is none.</summary>
    public static BranchChoice? Read(RunPlan plan, PlanTask task, OutputRef? output, out string? problem)
    {
        problem = null;
        var value = output?.Value;
        if (output?.Blob is not null)
        {
            problem = $"'{task.Id}' handed over {output.Bytes} bytes, which is too long for a choice";
            return null;
        }
        return task.Spec.Kind is TaskKind.ShortCircuit ? new BranchChoice(null, !IsTrue(value)) : Follow(plan, task, value, out problem);
    }

    private static BranchChoice? Follow(RunPlan plan, PlanTask branch, JsonElement? value, out string? problem)
    {
        problem = null;
        var choices = plan.Choices[branch];
        var follow = new List<string>();
        foreach (var item in value switch { null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => [], { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(), { } one => Enumerable.Repeat(one, 1) })
        {
            var name = item.ValueKind is JsonValueKind.String ? item.GetString()! : item.GetRawText();
            if (TaskNames.Resolve(name, branch.Spec.Group, choices.ContainsKey) is { } id)
            {
                follow.Add(id);
                continue;
            }
            problem = $"branch '{branch.Id}' chose '{name}', which is not directly downstream of it; it may choose {string.Join(", ", choices.Keys.Order(StringComparer.Ordinal).Select(key => $"'{key}'"))}";
            return null;
        }
        return new BranchChoice(follow, false);
    }

    private static bool IsTrue(JsonElement? value) => value switch
    {
        null => false,
        { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble() != 0,
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Length > 0,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0,
        { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Any(),
        _ => true,
    };
}

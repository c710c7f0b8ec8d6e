using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A key from the value of a template: a text, a number or a truth value names something, nothing else does.</summary>
internal static class KeyText
{
    public static string Of(JsonElement value, string what) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new UpdraftException(OperatorErrors.Fields, $"{what} is {value.ValueKind.ToString().ToLowerInvariant()}, not a text or a number"),
    };
}

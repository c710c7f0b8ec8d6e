using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Reads what backends answer, of which any part may be missing.</summary>
internal static class JsonMembers
{
    /// <summary>A member of a member …; null when it is missing or null.</summary>
    public static JsonElement? At(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value)) return null;
        }
        return value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : value;
    }

    /// <summary>The text of such a member; null when it is missing or no text.</summary>
    public static string? TextAt(this JsonElement value, params ReadOnlySpan<string> path) => value.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The elements of such a member; none when it is missing or no list.</summary>
    public static IEnumerable<JsonElement> ItemsAt(this JsonElement value, params ReadOnlySpan<string> path) => value.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}

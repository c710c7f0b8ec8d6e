using System.Globalization;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>What a pointer names; null when it is not there.</summary>
    public static JsonElement? Find(JsonElement? value, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/') return null;
        foreach (var step in pointer.Split('/').Skip(1))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            value = value switch
            {
                { ValueKind: JsonValueKind.Object } found when found.TryGetProperty(name, out var member) => member,
                { ValueKind: JsonValueKind.Array } found when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < found.GetArrayLength() => found[at],
                _ => null,
            };
        }
        return value;
    }
}

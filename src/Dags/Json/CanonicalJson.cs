using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Any JSON value in one spelling: members sorted by name, numbers as <see cref="CanonicalNumber"/>, no white space.</summary>
internal static class CanonicalJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DagJson.MaxDepth, AllowDuplicateProperties = false };

    public static readonly JsonElement EmptyObject = Parse("{}");

    /// <summary>The same value, spelled canonically.</summary>
    /// <exception cref="FormatException">A number is out of range.</exception>
    public static JsonElement Of(JsonElement value)
    {
        var writer = new CanonicalWriter();
        Write(writer, value);
        return Parse(writer.ToString());
    }

    public static void Write(CanonicalWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.Object(() =>
                {
                    foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    {
                        writer.Name(member.Name);
                        Write(writer, member.Value);
                    }
                });
                break;
            case JsonValueKind.Array:
                writer.Array(value.EnumerateArray(), item => Write(writer, item));
                break;
            case JsonValueKind.String:
                writer.Text(value.GetString()!);
                break;
            case JsonValueKind.Number:
                writer.Literal(CanonicalNumber.Of(value.GetRawText()));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Flag(value.GetBoolean());
                break;
            default:
                writer.Literal("null");
                break;
        }
    }

    /// <exception cref="JsonException">The text is no JSON, is too deep, or has a member twice.</exception>
    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return document.RootElement.Clone();
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>JSON values as text, the way templates write them.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A string as it is, any other value as compact JSON.</summary>
    public static string Of(JsonElement value, int position) => value.ValueKind switch
    {
        JsonValueKind.String => Read(value, position),
        JsonValueKind.Null => throw new TemplateException(TemplateErrors.BadValue, "null cannot stand within text; use | default(…) or | json", position),
        _ => Json(value),
    };

    /// <summary>A string's text. JSON can escape half a surrogate pair, as programs do for file names that are no text.</summary>
    public static string Read(JsonElement value, int position)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TemplateException(TemplateErrors.BadValue, "the string is no valid Unicode", position);
        }
    }

    /// <summary>Compact JSON.</summary>
    public static string Json(JsonElement value) => JsonSerializer.Serialize(value, Compact);

    /// <summary>What kind of value it is, for messages: never the value itself, which may be secret.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    public static TemplateException TooLong(int position) =>
        new(TemplateErrors.Limit, $"the result is longer than {TemplateLimits.Rendered} characters; hand large values over as files", position);
}

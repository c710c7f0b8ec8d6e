using System.Text;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>
/// Our JSON to and from Durable's. It is given to Durable as an element, of which its serializer can only make what it is; and within the
/// limits of the port, so that every backend takes it.
/// </summary>
internal static class DurableJson
{
    /// <exception cref="ArgumentException">The value is over the limit.</exception>
    public static JsonElement Write(object? value, string what)
    {
        var json = Bytes(value);
        if (json.Length > OrchestrationLimits.Payload) throw new ArgumentException($"{what} is over {OrchestrationLimits.Payload / 1024} KB of JSON; pass large things by reference");
        return JsonSerializer.Deserialize<JsonElement>(json);
    }

    /// <exception cref="ArgumentException">The status is over its limit.</exception>
    public static JsonElement WriteStatus(object? status)
    {
        var json = Bytes(status);
        if (Encoding.UTF8.GetCharCount(json) * sizeof(char) > OrchestrationLimits.CustomStatus) throw new ArgumentException($"a custom status is over {OrchestrationLimits.CustomStatus / 1024} KB of UTF-16");
        return JsonSerializer.Deserialize<JsonElement>(json);
    }

    /// <summary>The value; that of nothing is the default, also where a type has no null.</summary>
    public static T? Read<T>(JsonElement? json) => json switch
    {
        { ValueKind: not JsonValueKind.Undefined } element when typeof(T) == typeof(JsonElement) => (T)(object)element,
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => default,
        { } element => element.Deserialize<T>(OrchestrationJson.Options),
    };

    /// <summary>What Durable shows as text; null for nothing. Some of it is not ours, as the reason of a failure, and is no JSON: then it is the text itself.</summary>
    public static JsonElement? Parse(string? shown)
    {
        if (string.IsNullOrEmpty(shown) || shown == "null") return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(shown);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(shown);
        }
    }

    private static byte[] Bytes(object? value)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Undefined }) value = null;
        return JsonSerializer.SerializeToUtf8Bytes(value, value?.GetType() ?? typeof(object), OrchestrationJson.Options);
    }
}

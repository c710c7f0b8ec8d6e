using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Inputs, results and events as JSON, within their limit.</summary>
internal static class Payload
{
    /// <summary>The JSON of a value; null when it is over the limit.</summary>
    public static byte[]? TryWrite(object? value)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Undefined }) value = null;
        var json = JsonSerializer.SerializeToUtf8Bytes(value, value?.GetType() ?? typeof(object), OrchestrationJson.Options);
        return json.Length <= OrchestrationLimits.Payload ? json : null;
    }

    /// <exception cref="ArgumentException">The value is over the limit.</exception>
    public static byte[] Write(object? value, string what) => TryWrite(value) ?? throw new ArgumentException(TooLarge(what));

    /// <summary>As <see cref="Write"/>; null for no value.</summary>
    public static byte[]? WriteOrNull(object? value, string what) => value is null ? null : Write(value, what);

    public static string TooLarge(string what) => $"{what} is over {OrchestrationLimits.Payload / 1024} KB of JSON; pass large things by reference";

    /// <summary>The value; that of nothing is the default, also where a type has no null.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json) => json.SequenceEqual("null"u8) && typeof(T) != typeof(JsonElement) ? default : JsonSerializer.Deserialize<T>(json, OrchestrationJson.Options);

    public static JsonElement? Element(byte[]? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Updraft.Dags;

/// <summary>An author's C# values as the JSON that the same DAG holds in YAML.</summary>
internal static class BuilderJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = new MemberNames(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new DurationText() },
    };

    // Its words are the standard's, as in minItems.
    private static readonly JsonSerializerOptions SchemaOptions = new(Options) { PropertyNamingPolicy = null };

    /// <exception cref="UpdraftException"><see cref="DagErrors.BadValue"/>: the value has no JSON form.</exception>
    public static JsonElement Of(object? value) => Of(value, Options);

    /// <summary>A JSON schema, whose members keep their names.</summary>
    public static JsonElement Schema(object schema) => Of(schema, SchemaOptions);

    private static JsonElement Of(object? value, JsonSerializerOptions options)
    {
        try
        {
            return CanonicalJson.Of(value as JsonElement? ?? JsonSerializer.SerializeToElement(value, options));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or InvalidOperationException or JsonException)
        {
            throw new UpdraftException(DagErrors.BadValue, $"a value of {value?.GetType().Name ?? "null"} cannot be written as JSON: {e.Message}", e);
        }
    }

    public static JsonElement Object(object? value)
    {
        if (value is null) return CanonicalJson.EmptyObject;
        var json = Of(value);
        return json.ValueKind == JsonValueKind.Object
            ? json
            : throw new UpdraftException(DagErrors.BadValue, $"an operator's fields are an object, and {value.GetType().Name} is written as {json.ValueKind}: give an object, as in new {{ script = \"...\" }}");
    }

    public static CallbackSpec Callback(string @operator, object? with, RetrySpec? retry, TimeSpan? timeout) =>
        new() { Operator = @operator, With = Object(with), Retry = retry ?? RetrySpec.None, Timeout = timeout };

    /// <summary>Snake case as in YAML; <c>MIN_ROWS</c> is an environment variable and stays as it is.</summary>
    private sealed class MemberNames : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.Any(char.IsAsciiLetterLower) ? SnakeCaseLower.ConvertName(name) : name;
    }

    private sealed class DurationText : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Durations.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Format(value));
    }
}

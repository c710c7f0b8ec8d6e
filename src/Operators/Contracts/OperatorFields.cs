using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Reads the rendered <c>with</c> of a task as a record.</summary>
internal static class OperatorFields
{
    /// <summary>Snake case as in YAML; unknown and missing fields are refused; durations are text.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new ScalarTextConverter(), new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The fields, of which all rules hold.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static TFields Bind<TFields>(string operatorName, JsonElement fields)
    {
        var bound = Read<TFields>(operatorName, fields);
        if (Alternatives<TFields>.Schema is { } alternatives && JsonSchema.Validate(alternatives, Given(fields)) is [var problem, ..])
            throw new UpdraftException(OperatorErrors.Fields, $"the fields of operator '{operatorName}' do not fit: {problem.Message}");
        if (bound is ICheckedFields rules) rules.Check();
        return bound;
    }

    /// <summary>The fields as they are.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>: they are none of this operator.</exception>
    public static TFields Read<TFields>(string operatorName, JsonElement fields)
    {
        try
        {
            return fields.Deserialize<TFields>(Options) ?? throw new UpdraftException(OperatorErrors.Fields, $"the fields of operator '{operatorName}' are null: give an object");
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Fields, $"the fields of operator '{operatorName}' do not fit: {e.Message}", e);
        }
    }

    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private static JsonElement Given(JsonElement fields) =>
        JsonSerializer.SerializeToElement(fields.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null).ToDictionary(field => field.Name, field => field.Value));

    /// <summary>The rule that validation reads in the operator's manifest, for its words to be the same.</summary>
    private static class Alternatives<TFields>
    {
        public static readonly JsonElement? Schema = FieldSchema.ExactlyOne(typeof(TFields)) is { } one ? JsonSerializer.SerializeToElement(new JsonObject { ["oneOf"] = one }) : null;
    }

    /// <summary>A template that is one expression yields a number or an object; where text is wanted, that is its JSON.</summary>
    private sealed class ScalarTextConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return reader.GetString()!;
            using var value = JsonDocument.ParseValue(ref reader);
            return value.RootElement.GetRawText();
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Durations.TryParse(reader.GetString()!, out var value)
                ? value
                : throw new JsonException("a duration is text with units, larger first, as in 90s, 5m or 1h30m");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Format(value));
    }
}

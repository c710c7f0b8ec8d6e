using System.Text.Json;
using System.Text.Json.Serialization;

namespace Updraft.Operators;

/// <summary>A file or folder that a task declares to hand over: its place alone, or an object.</summary>
[JsonConverter(typeof(Converter))]
[JsonShape("""
    { "anyOf": [
        { "type": "string", "minLength": 1, "description": "The file or folder, relative to the scratch folder." },
        { "type": "object", "required": ["path"], "additionalProperties": false, "properties": {
            "path": { "type": "string", "minLength": 1, "description": "The file or folder, relative to the scratch folder." },
            "keep": { "type": "string", "pattern": "^([0-9]+(ms|[dhms]))+$", "description": "How long it can be read. Default: as long as the outputs of the run are kept." } } } ] }
    """)]
public sealed record ArtifactOutput
{
    /// <summary>The file or folder, relative to the task's scratch folder.</summary>
    public required string Path { get; init; }

    /// <summary>How long it can be read; null for as long as the outputs of the run are kept.</summary>
    public TimeSpan? Keep { get; init; }

    private sealed class Converter : JsonConverter<ArtifactOutput>
    {
        public override ArtifactOutput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return new() { Path = reader.GetString()! };
            var form = JsonSerializer.Deserialize<LongForm>(ref reader, options) ?? throw new JsonException("an artifact is a path, or an object with one");
            return new() { Path = form.Path, Keep = form.Keep };
        }

        public override void Write(Utf8JsonWriter writer, ArtifactOutput value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new LongForm { Path = value.Path, Keep = value.Keep }, options);
    }

    private sealed record LongForm
    {
        public required string Path { get; init; }

        public TimeSpan? Keep { get; init; }
    }
}

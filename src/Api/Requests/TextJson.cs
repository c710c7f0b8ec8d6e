using System.Text.Json;
using System.Text.Json.Serialization;

namespace Updraft.Api;

/// <summary>JSON of any form that comes with a request, when all its texts are texts: half of a character would be found out only by whoever reads it, which may be a task.</summary>
internal sealed class TextJson : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        try
        {
            Look(value);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("it holds half of a character, as in \"\\ud800\"", e);
        }
        return value;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);

    private static void Look(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String) value.GetString();
        else if (value.ValueKind is JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Look(item);
        else if (value.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                _ = property.Name;
                Look(property.Value);
            }
        }
    }
}

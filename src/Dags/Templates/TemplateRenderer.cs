using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Copies a JSON value and evaluates the templates on the way.</summary>
internal sealed class TemplateRenderer(Utf8JsonWriter writer, ITemplateScope scope)
{
    public void Write(JsonElement value, string path, IReadOnlySet<string>? rawFields)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (rawFields?.Contains(member.Name) == true) member.Value.WriteTo(writer);
                    else Write(member.Value, Templates.Member(path, member.Name), null);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                var index = 0;
                foreach (var item in value.EnumerateArray()) Write(item, $"{path}[{index++}]", null);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when JsonText.Read(value, 1) is var text && Template.HasExpressions(text):
                Evaluate(text, path).WriteTo(writer);
                if (writer.BytesCommitted + writer.BytesPending > TemplateLimits.RenderedObject) throw TooLarge(path);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private JsonElement Evaluate(string text, string path)
    {
        try
        {
            return Template.Parse(text).Evaluate(scope);
        }
        catch (TemplateException e) when (path.Length > 0)
        {
            throw e.At(path);
        }
    }

    private static TemplateException TooLarge(string path) =>
        new TemplateException(TemplateErrors.Limit, $"the rendered fields exceed {TemplateLimits.RenderedObject} bytes; hand large values over as files", 1).At(path);
}

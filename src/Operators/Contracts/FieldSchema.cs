using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Updraft.Operators;

/// <summary>The JSON schema of a record of fields: types, what is required, defaults, descriptions.</summary>
internal static class FieldSchema
{
    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    public static JsonElement Of(Type fields)
    {
        var schema = OperatorFields.Options.GetJsonSchemaAsNode(fields, Exporter).AsObject();
        var defaults = Defaults(fields);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (property is JsonObject described && !described.ContainsKey("default") && defaults.TryGetValue(name, out var value)) described["default"] = value;
        }
        if (ExactlyOne(fields) is { } one) schema["oneOf"] = one;
        if (fields.GetCustomAttribute<RequiredWithAttribute>() is { } needed) schema["anyOf"] = new JsonArray(Given(needed.Field), new JsonObject { ["not"] = new JsonObject { ["anyOf"] = new JsonArray([.. needed.With.Select(Given)]) } });
        return JsonSerializer.SerializeToElement(schema);
    }

    /// <summary>The alternatives of which a record of fields holds one; null for any.</summary>
    public static JsonArray? ExactlyOne(Type fields) => fields.GetCustomAttribute<ExactlyOneAttribute>() is { } one ? [.. one.Fields.Select(Given)] : null;

    private static JsonObject Given(string field) => new() { ["required"] = new JsonArray(field) };

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = context.TypeInfo.Type;
        var schema = node as JsonObject ?? [];
        if (type == typeof(string)) schema["type"] = context.PropertyInfo?.IsSetNullable == true ? new JsonArray("string", "null") : "string";
        // An argument or a variable may be written as a number: its text is handed on.
        if (context.TypeInfo.ElementType == typeof(string))
        {
            schema[context.TypeInfo.Kind == JsonTypeInfoKind.Dictionary ? "additionalProperties" : "items"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        }
        if (context.TypeInfo.ElementType?.GetCustomAttribute<JsonShapeAttribute>() is { } shape)
        {
            schema[context.TypeInfo.Kind == JsonTypeInfoKind.Dictionary ? "additionalProperties" : "items"] = JsonNode.Parse(shape.Schema);
        }
        if (type == typeof(TimeSpan) || type == typeof(TimeSpan?))
        {
            schema["type"] = type == typeof(TimeSpan) ? "string" : new JsonArray("string", "null");
            schema["pattern"] = "^([0-9]+(ms|[dhms]))+$";
        }
        if (context.PropertyInfo?.AttributeProvider is MemberInfo member && member.GetCustomAttribute<DescriptionAttribute>() is { } description)
        {
            schema["description"] = description.Description;
        }
        return schema.Count == 0 ? node : schema;
    }

    /// <summary>What a record holds when nothing is given. A record that cannot be made from nothing has no defaults but those of its constructor.</summary>
    private static Dictionary<string, JsonNode> Defaults(Type fields)
    {
        if (fields.GetConstructor(Type.EmptyTypes) is null) return [];
        var empty = Activator.CreateInstance(fields);
        var defaults = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var property in fields.GetProperties().Where(property => !property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute))))
        {
            if (property.GetValue(empty) is { } value and not JsonElement && JsonSerializer.SerializeToNode(value, property.PropertyType, OperatorFields.Options) is { } json)
            {
                defaults[OperatorFields.NameOf(property)] = json;
            }
        }
        return defaults;
    }
}

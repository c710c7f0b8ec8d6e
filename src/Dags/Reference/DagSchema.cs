using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Dags;

/// <summary>The JSON schema of the YAML and JSON form of a DAG, for editors and other tools; published as <c>docs/dag.schema.json</c>.</summary>
public static class DagSchema
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as indented JSON.</summary>
    public static string Text { get; } = Build().ToJsonString(Options) + "\n";

    private static JsonObject Build()
    {
        var schema = Object(DagShapes.Dag, DagShapes.DagYaml);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Updraft DAG");
        schema["$defs"] = new JsonObject
        {
            ["param"] = Object(DagShapes.Param),
            ["schedule"] = Object(DagShapes.Schedule),
            ["dataset_condition"] = FieldType.AnyOf(
                new JsonObject { ["type"] = "string" },
                new JsonObject { ["type"] = "array", ["items"] = FieldType.Reference("dataset_condition"), ["minItems"] = 1 },
                FieldType.Reference("datasets")),
            ["datasets"] = Object(DagShapes.Datasets),
            ["task"] = new JsonObject
            {
                ["if"] = new JsonObject { ["required"] = new JsonArray("tasks") },
                ["then"] = new JsonObject { ["$ref"] = "#/$defs/group" },
                ["else"] = new JsonObject { ["$ref"] = "#/$defs/single_task" },
            },
            ["group"] = Object(DagShapes.Group, DagShapes.GroupYaml),
            ["single_task"] = WithOperator(Object(DagShapes.Task)),
            ["defaults"] = WithOperator(Object(new Shape("defaults", "Fields put into every task that does not give them.", [.. DagShapes.Task.Fields.Where(field => DagShapes.TaskDefaults.Contains(field.Name))]))),
            ["map"] = Object(DagShapes.Map),
            ["teardown"] = Object(DagShapes.Teardown),
            ["limit"] = Object(DagShapes.Limit),
            ["produces"] = Object(DagShapes.Produces),
            ["due"] = Object(DagShapes.Due),
            ["callback"] = WithOperator(Object(DagShapes.Callback)),
            ["retention"] = Object(DagShapes.Retention),
            ["compute"] = Object(DagShapes.Compute),
        };
        return schema;
    }

    private static JsonObject Object(params Shape[] shapes)
    {
        var fields = shapes.SelectMany(shape => shape.Fields).ToList();
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            var type = field.Type.Schema();
            type["description"] = field.Default is null ? field.Doc : $"{field.Doc} Default: {field.Default}.";
            properties[field.Name] = type;
        }
        var schema = new JsonObject { ["type"] = "object", ["description"] = shapes[0].Doc, ["properties"] = properties, ["additionalProperties"] = false };
        var required = fields.Where(field => field.Default is null).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        return schema;
    }

    /// <summary>The operator's name is a field of the task; which operators there are is known by the host.</summary>
    private static JsonObject WithOperator(JsonObject task)
    {
        task["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("object", "null"), ["description"] = "The operator, with its fields." };
        return task;
    }
}

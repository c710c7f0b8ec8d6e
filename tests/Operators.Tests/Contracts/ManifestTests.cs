using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

public sealed class ManifestTests
{
    [Fact]
    public void Manifest_OfFields_SaysTypesDefaultsAndWhatIsRequired()
    {
        var manifest = new Sample().Manifest;

        Assert.Equal("sample", manifest.Name);
        Assert.Equal("Does things.", manifest.Description);
        Assert.Equal(OperatorKind.Run, manifest.Kind);
        Assert.Equal(["raw_text"], manifest.RawFields);
        Assert.Equal(["password"], manifest.SecretFields);
        Assert.Equal(["gpu"], manifest.Needs);
        AssertJson(
            """
            {
              "type": "object",
              "properties": {
                "table": { "type": "string", "description": "The table." },
                "raw_text": { "type": ["string", "null"] },
                "password": { "type": ["string", "null"] },
                "rows": { "type": "integer", "default": 7 },
                "wait": { "type": "string", "pattern": "^([0-9]+(ms|[dhms]))+$", "default": "1m30s" },
                "mode": { "enum": ["fast", "very_slow"], "default": "very_slow" },
                "names": { "type": "array", "items": { "type": ["string", "number", "boolean"] }, "default": [] },
                "any": true
              },
              "required": ["table"],
              "additionalProperties": false
            }
            """,
            manifest.Fields);
    }

    [Fact]
    public void Manifest_OfBuiltIns_DescribesEveryField()
    {
        foreach (var manifest in BuiltInOperators.Catalog.Manifests)
        {
            Assert.NotEmpty(manifest.Description);
            Assert.False(manifest.Fields.GetProperty("additionalProperties").GetBoolean());
            Assert.All(manifest.Fields.GetProperty("properties").EnumerateObject(), field => Assert.True(field.Value.TryGetProperty("description", out _), $"{manifest.Name}.{field.Name}"));
        }
    }

    [Fact]
    public void Manifest_RoundTripsAsJson()
    {
        var manifest = BuiltInOperators.Catalog.Manifests[0];

        var back = JsonSerializer.Deserialize<OperatorManifest>(JsonSerializer.Serialize(manifest, Orchestration.OrchestrationJson.Options), Orchestration.OrchestrationJson.Options)!;

        AssertJson(manifest.Fields.GetRawText(), back.Fields);
        Assert.Equal(manifest.RawFields, back.RawFields);
    }

    [Fact]
    public void Operator_WithoutName_IsRefused() =>
        Assert.Equal(OperatorErrors.Declaration, Assert.Throws<UpdraftException>(() => new Nameless()).Code);

    [Fact]
    public void Catalog_TwoOfOneName_IsRefused() =>
        Assert.Contains("'shell' is there twice", Assert.Throws<UpdraftException>(() => BuiltInOperators.Catalog.With([new ShellOperator()])).Message, StringComparison.Ordinal);

    private static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonSerializer.SerializeToNode(actual)), actual.ToString());

    [Operator("sample", Needs = ["gpu"])]
    [Description("Does things.")]
    private sealed class Sample : RunOperator<Fields>
    {
        public override Task<TaskOutcome> RunAsync(TaskContext context, Fields fields, CancellationToken stop) => Task.FromResult(TaskOutcome.Success());
    }

    private sealed class Nameless : RunOperator<Fields>
    {
        public override Task<TaskOutcome> RunAsync(TaskContext context, Fields fields, CancellationToken stop) => Task.FromResult(TaskOutcome.Success());
    }

    public sealed record Fields
    {
        [Description("The table.")]
        public required string Table { get; init; }

        [Raw]
        public string? RawText { get; init; }

        [Secret]
        public string? Password { get; init; }

        public int Rows { get; init; } = 7;

        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(90);

        public Mode Mode { get; init; } = Mode.VerySlow;

        public IReadOnlyList<string> Names { get; init; } = [];

        public JsonElement Any { get; init; }
    }

    public enum Mode
    {
        Fast,
        VerySlow,
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Updraft.Dags;

namespace Updraft.Api.Tests;

/// <summary>A body of which a request of a type is made: what must be there, and whatever names something that belongs to a team.</summary>
internal static class SampleBody
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal) { ["from"] = "2025-12-30T00:00:00Z", ["to"] = "2026-01-01T00:00:00Z", ["action"] = "cancel", ["dataset"] = "shared", ["key"] = "shared" };

    public static JsonNode? Of(Type type, TeamObjects ids) => ApiJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info ? Object(info, ids) : Value("", type, ids);

    /// <summary>Whether it names something that belongs to a team.</summary>
    public static bool Names(JsonNode? body, TeamObjects ids) => body?.ToJsonString().Contains(ids.Word, StringComparison.Ordinal) is true;

    private static JsonObject Object(JsonTypeInfo info, TeamObjects ids)
    {
        var body = new JsonObject();
        foreach (var property in info.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
        {
            var isRequired = property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };
            if (property.PropertyType == typeof(string) && NameOf(property.Name) is { } parameter && ids.Knows(parameter)) body[property.Name] = ids.Ids(parameter)[0];
            else if (isRequired || (IsNested(property.PropertyType) && SampleNames(property.PropertyType, ids))) body[property.Name] = Value(property.Name, property.PropertyType, ids);
        }
        return body;
    }

    // A field of this name means what a parameter of the path does.
    private static string? NameOf(string field) => field switch
    {
        "dag" or "runId" or "backfillId" or "team" => field,
        "run" => "runId",
        _ => null,
    };

    private static bool IsNested(Type type) => type.Namespace?.StartsWith("Updraft", StringComparison.Ordinal) is true && ApiJson.Options.GetTypeInfo(type).Kind is JsonTypeInfoKind.Object && type != typeof(DagSpec);

    private static bool SampleNames(Type type, TeamObjects ids) => Names(Object(ApiJson.Options.GetTypeInfo(type), ids), ids);

    private static JsonNode? Value(string name, Type type, TeamObjects ids)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(JsonElement)) return name == "spec" ? JsonNode.Parse(DagJson.Serialize(ApiTestServer.Yaml($"{{name: {ids.Word}, tasks: {{work: {{step: {{}}}}}}}}"))) : new JsonObject();
        if (type == typeof(string)) return Texts.GetValueOrDefault(name, "sample");
        if (type == typeof(DateTimeOffset)) return Texts.GetValueOrDefault(name, "2026-01-01T00:00:00Z");
        if (type == typeof(bool)) return false;
        if (type.IsPrimitive) return 1;
        if (type.IsEnum) return JsonSerializer.SerializeToNode(Enum.GetValues(type).GetValue(0), type, ApiJson.Options);
        return ApiJson.Options.GetTypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Enumerable when name == "operators" => JsonSerializer.SerializeToNode(new[] { new StepOperator().Manifest }, ApiJson.Options),
            JsonTypeInfoKind.Enumerable when name == "grants" => JsonSerializer.SerializeToNode(new[] { new Grant(Role.Viewer, ids.Team) }, ApiJson.Options),
            JsonTypeInfoKind.Enumerable => new JsonArray(),
            JsonTypeInfoKind.Object => Object(ApiJson.Options.GetTypeInfo(type), ids),
            _ => new JsonObject(),
        };
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>Payloads as the worker's own serializer writes and reads them, with the limits of every backend.</summary>
internal static class HubJson
{
    private static readonly JsonSerializerOptions Worker = new() { PropertyNameCaseInsensitive = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(object? value)
    {
        var json = JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object), Worker);
        if (Encoding.UTF8.GetByteCount(json) > OrchestrationLimits.Payload) throw new RuleBrokenException($"a payload of {json.Length} characters, which no backend need take");
        return json;
    }

    public static string WriteStatus(object? value)
    {
        var json = JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object), Worker);
        return json.Length * sizeof(char) <= OrchestrationLimits.CustomStatus ? json : throw new RuleBrokenException($"a custom status of {json.Length} characters, which no backend need take");
    }

    public static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Worker);
}

/// <summary>Code that runs on the hub broke a rule of Durable Task.</summary>
internal sealed class RuleBrokenException(string rule) : Exception(rule);

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The properties of a job, as the REST API wants them.</summary>
internal static class AzureMlBody
{
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>: the fields do not make one job.</exception>
    public static JsonObject Of(TaskContext context, AzureMlFields fields, AzureMlWorkspace workspace)
    {
        var body = new JsonObject
        {
            ["jobType"] = fields.Command is null ? "Pipeline" : "Command",
            ["displayName"] = fields.DisplayName ?? $"{context.Run.Dag}.{context.TaskId}",
            ["experimentName"] = fields.Experiment ?? context.Run.Dag,
            ["tags"] = JsonSerializer.SerializeToNode(fields.Tags),
        };
        if (fields.Compute is { } compute) body["computeId"] = workspace.IdOf("computes", compute);
        if (!fields.Inputs.IsEmpty) body["inputs"] = new JsonObject(fields.Inputs.Select(input => KeyValuePair.Create<string, JsonNode?>(input.Key, InputOf(input.Key, input.Value))));
        if (!fields.Outputs.IsEmpty) body["outputs"] = JsonSerializer.SerializeToNode(fields.Outputs);
        if (fields.Identity is { } identity) body["identity"] = JsonSerializer.SerializeToNode(identity);
        if (fields.Command is null) AddPipeline(body, fields, workspace);
        else AddCommand(body, fields, workspace);
        return body;
    }

    private static void AddCommand(JsonObject body, AzureMlFields fields, AzureMlWorkspace workspace)
    {
        if (fields.Settings is not null) throw Wrong("settings are a pipeline's");
        body["command"] = fields.Command;
        body["environmentId"] = workspace.IdOf("environments", fields.Environment ?? throw Wrong("a command needs an environment"));
        if (fields.Code is { } code) body["codeId"] = workspace.IdOf("codes", code);
        if (!fields.EnvironmentVariables.IsEmpty) body["environmentVariables"] = JsonSerializer.SerializeToNode(fields.EnvironmentVariables);
        if (fields.Distribution is { } distribution) body["distribution"] = JsonSerializer.SerializeToNode(distribution);
        if (fields.RunTimeout is { } timeout) body["limits"] = new JsonObject { ["jobLimitsType"] = "Command", ["timeout"] = XmlConvert.ToString(timeout) };
        var resources = new JsonObject();
        if (fields.InstanceType is { } size) resources["instanceType"] = size;
        if (fields.InstanceCount is { } count) resources["instanceCount"] = count;
        if (resources.Count > 0) body["resources"] = resources;
    }

    private static void AddPipeline(JsonObject body, AzureMlFields fields, AzureMlWorkspace workspace)
    {
        if (fields is not { Environment: null, Code: null, Distribution: null, InstanceType: null, InstanceCount: null, RunTimeout: null, EnvironmentVariables.IsEmpty: true })
            throw Wrong("environment, code, environment_variables, distribution, instance_type, instance_count and run_timeout are a command's; a pipeline has them in its jobs");
        if (fields.Jobs is { } jobs) body["jobs"] = JsonSerializer.SerializeToNode(jobs);
        if (fields.Component is { } component) body["componentId"] = workspace.IdOf("components", component);
        if (fields.Settings is { } settings) body["settings"] = JsonSerializer.SerializeToNode(settings);
    }

    private static JsonNode? InputOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonSerializer.SerializeToNode(value),
        JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => new JsonObject
        {
            ["jobInputType"] = "literal",
            ["value"] = value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText(),
        },
        _ => throw Wrong($"input '{name}' is neither a text, a number nor an object"),
    };

    private static UpdraftException Wrong(string why) => new(OperatorErrors.Fields, why);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A workspace of Azure ML and its jobs, through Azure Resource Manager.</summary>
internal sealed class AzureMlWorkspace
{
    private static readonly Uri Management = new("https://management.azure.com");

    private readonly ServiceClient _service;
    private readonly string _query;

    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Connection"/>: the connection does not say which workspace is meant.</exception>
    public AzureMlWorkspace(Connection connection, string apiVersion)
    {
        Id = $"/subscriptions/{Option("subscription")}/resourceGroups/{Option("resource_group")}/providers/Microsoft.MachineLearningServices/workspaces/{Option("workspace")}";
        _query = "?api-version=" + Uri.EscapeDataString(apiVersion);
        _service = new ServiceClient(connection, Management, AzureMlOperator.Scope);

        string Option(string name) => connection.Options.GetValueOrDefault(name) is { Length: > 0 } value
            ? Uri.EscapeDataString(value)
            : throw new UpdraftException(OperatorErrors.Connection, $"the connection has no option '{name}': an Azure ML workspace is said by subscription, resource_group and workspace");
    }

    /// <summary>The workspace's id in Azure.</summary>
    public string Id { get; }

    /// <summary>A job; null when there is none of that name.</summary>
    public async Task<AzureMlJob?> GetAsync(string name, CancellationToken cancellation) =>
        await _service.CallAsync(HttpMethod.Get, PathOf(name), mayMiss: true, cancellation: cancellation) is { } answer ? AzureMlJob.Read(answer.Json()) : null;

    /// <summary>Creates a job, or finds the one that has its name.</summary>
    public async Task<AzureMlJob> CreateAsync(string name, JsonObject properties, CancellationToken cancellation) =>
        await GetAsync(name, cancellation)
        ?? AzureMlJob.Read((await _service.CallAsync(HttpMethod.Put, PathOf(name), new JsonObject { ["properties"] = properties }, cancellation: cancellation))!.Json());

    /// <summary>Asks for the end of a job, if it is there.</summary>
    public Task CancelAsync(string name, CancellationToken cancellation) =>
        _service.CallAsync(HttpMethod.Post, PathOf(name, "/cancel"), mayMiss: true, cancellation: cancellation);

    /// <summary>The id of something of the workspace: a whole one as it is, else by its kind, name and version.</summary>
    public string IdOf(string kind, string text)
    {
        if (text.StartsWith('/') || text.StartsWith("azureml:", StringComparison.Ordinal)) return text;
        return text.Split(':') switch
        {
            [var name] => $"{Id}/{kind}/{name}",
            [var name, var version] => $"{Id}/{kind}/{name}/versions/{version}",
            _ => throw new UpdraftException(OperatorErrors.Fields, $"'{text}' is neither NAME:VERSION nor a whole id"),
        };
    }

    private string PathOf(string name, string call = "") => $"{Id}/jobs/{Uri.EscapeDataString(name)}{call}{_query}";
}

/// <summary>A job as Azure ML shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Where it stands, as in <c>Running</c>.</param>
/// <param name="StudioUrl">Where the studio shows it; null where it does not.</param>
/// <param name="Outputs">Its outputs, as the service has them; null for none.</param>
internal sealed record AzureMlJob(string Name, string Status, string? StudioUrl, JsonElement? Outputs)
{
    /// <summary>Whether it is over.</summary>
    public bool HasEnded => Status is "Completed" or "Failed" or "Canceled";

    public static AzureMlJob Read(JsonElement json)
    {
        if (JsonPointer.Find(json, "/properties/status") is not { ValueKind: JsonValueKind.String } status || JsonPointer.Find(json, "/name") is not { } name)
            throw new ServiceException("the service answered with something that is no job");
        var studio = JsonPointer.Find(json, "/properties/services/Studio/endpoint");
        return new AzureMlJob(
            name.ToString(), status.GetString()!, studio is { ValueKind: JsonValueKind.String } url ? url.GetString() : null,
            JsonPointer.Find(json, "/properties/outputs") is { ValueKind: JsonValueKind.Object } outputs ? outputs : null);
    }
}

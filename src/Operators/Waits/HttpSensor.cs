using System.Collections.Immutable;
using System.ComponentModel;
using System.Net;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits until an HTTP service answers as wanted.</summary>
[Operator("http_wait")]
[Description("Waits until an HTTP service answers with an expected status and, where said, a value at a place.")]
public sealed class HttpSensor : SensorOperator<HttpWaitFields>
{
    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Momentary;

    /// <inheritdoc/>
    public override WaitPolicy? PolicyOf(HttpWaitFields fields) => fields.Policy;

    /// <inheritdoc/>
    public override async Task<PokeResult> PokeAsync(TaskContext context, HttpWaitFields fields, JsonElement? state, CancellationToken stop)
    {
        using var request = await HttpOperator.RequestAsync(context, new HttpFields { Url = fields.Url, Connection = fields.Connection, AzureScope = fields.AzureScope, Headers = fields.Headers }, stop);
        using var response = await ServiceHttp.SendAsync(request, stop);
        var content = await BoundedContent.ReadAsync(await response.Content.ReadAsStreamAsync(stop), ServiceClient.MaxAnswer, stop);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && !fields.ExpectedStatus.Contains((int)response.StatusCode))
            throw new FailTaskException($"{ServiceHttp.Shown(request.RequestUri!)} answered {(int)response.StatusCode}, which waiting does not mend", OperatorErrors.Refused);
        if (ServiceClient.MayPass(response.StatusCode) && !fields.ExpectedStatus.Contains((int)response.StatusCode))
            throw new ServiceException($"{ServiceHttp.Shown(request.RequestUri!)} answered {(int)response.StatusCode}", response.StatusCode);
        if (!(fields.ExpectedStatus.IsEmpty ? response.IsSuccessStatusCode : fields.ExpectedStatus.Contains((int)response.StatusCode))) return PokeResult.NotYet();
        if (fields.At is null) return PokeResult.Met(new { status = (int)response.StatusCode });
        var value = JsonPointer.Find(HttpOperator.Value(content, response.Content.Headers.ContentType), fields.At);
        return value is { } found && (fields.Is is not { } wanted || JsonElement.DeepEquals(found, wanted)) ? PokeResult.Met(found) : PokeResult.NotYet();
    }
}

/// <summary>Fields of <see cref="HttpSensor"/>.</summary>
public sealed record HttpWaitFields : WaitFields
{
    /// <summary>Where to look.</summary>
    [Description("The URL; with a connection, a path below its URL.")]
    public required string Url { get; init; }

    /// <summary>How to sign in; null for not at all.</summary>
    [Raw]
    [Description("Name of the connection that says where the service is and how to sign in. Default none.")]
    public string? Connection { get; init; }

    /// <summary>Scope of the Azure token; null where the connection does not sign in to Azure.</summary>
    [Description("What the token is for, where the connection signs in to Azure. Default none.")]
    public string? AzureScope { get; init; }

    /// <summary>Request headers.</summary>
    [Description("Headers of the request. Default none.")]
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Statuses that mean yes.</summary>
    [Description("Status codes that mean yes. Default: 200 to 299.")]
    public ImmutableArray<int> ExpectedStatus { get; init; } = [];

    /// <summary>JSON pointer that must name something; null for none.</summary>
    [Description("JSON pointer of a value that must be there, as in /status; it becomes the output. Default none.")]
    public string? At { get; init; }

    /// <summary>What must stand there; null for anything.</summary>
    [Description("What must stand there, as in \"READY\". Default: anything.")]
    public JsonElement? Is { get; init; }
}

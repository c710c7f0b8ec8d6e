using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="HttpOperator"/>.</summary>
public sealed record HttpFields : ICheckedFields
{
    /// <summary>Where to call.</summary>
    [Description("The URL; with a connection, a path below its URL.")]
    public required string Url { get; init; }

    /// <summary>How to sign in; null for not at all.</summary>
    [Raw]
    [Description("Name of the connection that says where the service is and how to sign in. Default none.")]
    public string? Connection { get; init; }

    /// <summary>Scope of the Azure token; null where the connection does not sign in to Azure.</summary>
    [Description("What the token is for, where the connection signs in to Azure, as in https://management.azure.com/.default. Default none.")]
    public string? AzureScope { get; init; }

    /// <summary>The method.</summary>
    [Description("GET, POST, PUT, PATCH, DELETE or HEAD. Default GET.")]
    public HttpVerb Method { get; init; } = HttpVerb.Get;

    /// <summary>Request headers.</summary>
    [Description("Headers of the request. Default none.")]
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Body: text as it is, anything else as JSON; null for none.</summary>
    [Description("The body: text is sent as it is, anything else as JSON. Default none.")]
    public JsonElement? Body { get; init; }

    /// <summary>Content type; null for JSON, or plain text where the body is text.</summary>
    [Description("Content type of the body. Default application/json, and text/plain where the body is text.")]
    public string? ContentType { get; init; }

    /// <summary>Statuses that mean success.</summary>
    [Description("Status codes that mean success. Default: 200 to 299.")]
    public ImmutableArray<int> ExpectedStatus { get; init; } = [];

    /// <summary>JSON pointer into the answer; null for all of it.</summary>
    [Description("JSON pointer (RFC 6901) of the part of the answer that becomes the output, as in /data/0/id. Default: all of it.")]
    public string? Extract { get; init; }

    /// <summary>Largest answer, in bytes.</summary>
    [Description("Largest answer that is read, in bytes, up to 64 MB. Default 1048576.")]
    public long MaxBytes { get; init; } = 1 << 20;

    /// <inheritdoc/>
    public void Check()
    {
        if (MaxBytes is < 1 or > MostBytes) throw new Dags.UpdraftException(OperatorErrors.Fields, $"max_bytes is {MaxBytes}, and may be 1 to {MostBytes}");
    }

    private const long MostBytes = 64L << 20;
}

/// <summary>Methods of HTTP.</summary>
public enum HttpVerb
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>HEAD.</summary>
    Head,
}

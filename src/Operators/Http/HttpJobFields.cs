using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="HttpJobOperator"/>.</summary>
public sealed record HttpJobFields : ICheckedFields
{
    /// <summary>How to sign in; null for not at all.</summary>
    [Raw]
    [Description("Name of the connection that says where the service is and how to sign in. Default none.")]
    public string? Connection { get; init; }

    /// <summary>Scope of the Azure token; null where the connection does not sign in to Azure.</summary>
    [Description("What the token is for, where the connection signs in to Azure. Default none.")]
    public string? AzureScope { get; init; }

    /// <summary>Where to submit.</summary>
    [Description("Where to submit: a URL; with a connection, a path below its URL. {attempt} in it is a name of this try.")]
    public required string Url { get; init; }

    /// <summary>How to submit.</summary>
    [Description("Method of the submission. Default POST.")]
    public HttpVerb Method { get; init; } = HttpVerb.Post;

    /// <summary>Headers of all requests.</summary>
    [Description("Headers of all requests of the job. Default none.")]
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Body of the submission; null for none.</summary>
    [Description("Body of the submission: text is sent as it is, anything else as JSON. Default none.")]
    public JsonElement? Body { get; init; }

    /// <summary>Content type of the body; null for JSON, or plain text where the body is text.</summary>
    [Description("Content type of the body. Default application/json, and text/plain where the body is text.")]
    public string? ContentType { get; init; }

    /// <summary>Header that makes a repeated submission mean the same job; empty for none.</summary>
    [Description("Header of the submission that names the try, so that a submission that is repeated means the same job; empty for none. Default Idempotency-Key.")]
    public string IdempotencyHeader { get; init; } = "Idempotency-Key";

    /// <summary>Where the job's status is; null for where the answer says.</summary>
    [Description("Where the job's status is, as a URL or a path below the connection's; {id} in it is what id_at names, {attempt} a name of this try. Default: the answer's Operation-Location, Azure-AsyncOperation or Location.")]
    public string? StatusUrl { get; init; }

    /// <summary>JSON pointer of the job's id; null for none.</summary>
    [Description("JSON pointer of the job's id in the answer to the submission, for {id}. Default /id.")]
    public string IdAt { get; init; } = "/id";

    /// <summary>JSON pointer of the status URL; null for the answer's headers.</summary>
    [Description("JSON pointer of the status URL in the answer to the submission, as in /links/status. Default: its headers.")]
    public string? StatusUrlAt { get; init; }

    /// <summary>JSON pointer of the status; null for the status code, or /status behind the headers of Azure.</summary>
    [Description("JSON pointer of the status in the status answer, as in /state. Default: 202 means running and any other success done; where the service named the status by Operation-Location or Azure-AsyncOperation, /status.")]
    public string? StatusAt { get; init; }

    /// <summary>Statuses that mean done.</summary>
    [Description("Statuses that mean done, whatever their case. Default succeeded, success, completed, complete, done, finished.")]
    public ImmutableArray<string> Done { get; init; } = ["succeeded", "success", "completed", "complete", "done", "finished"];

    /// <summary>Statuses that mean failed.</summary>
    [Description("Statuses that mean failed, whatever their case. Default failed, failure, error, canceled, cancelled, aborted, timedout.")]
    public ImmutableArray<string> Failed { get; init; } = ["failed", "failure", "error", "canceled", "cancelled", "aborted", "timedout"];

    /// <summary>JSON pointer of the reason of a failure.</summary>
    [Description("JSON pointer of the reason in the answer of a failed job. Default /error/message.")]
    public string ErrorAt { get; init; } = "/error/message";

    /// <summary>JSON pointer of a URL whose answer is the result; null for the status answer itself.</summary>
    [Description("JSON pointer, in the answer of a done job, of a URL whose answer is the result. Default: the status answer is.")]
    public string? ResultUrlAt { get; init; }

    /// <summary>JSON pointer into the result; null for all of it.</summary>
    [Description("JSON pointer of the part of the result that becomes the output. Default: all of it.")]
    public string? Extract { get; init; }

    /// <summary>How to cancel; null for not at all.</summary>
    [Description("Request that cancels the job; {} deletes the status URL. Default: the job cannot be cancelled, and its end is waited for.")]
    public HttpJobCancel? Cancel { get; init; }

    /// <summary>Time between the first looks.</summary>
    [Description("Time between the first looks, where the service does not say by Retry-After. Default 5s.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time between looks.</summary>
    [Description("Longest time between looks; it grows by half each time. Default 1m.")]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>These as a policy.</summary>
    internal WaitPolicy Policy => new() { Interval = Interval, Backoff = 1.5, MaxInterval = MaxInterval };

    /// <inheritdoc/>
    public void Check()
    {
        if (Interval < TimeSpan.FromSeconds(1) || MaxInterval < Interval) throw new Dags.UpdraftException(OperatorErrors.Fields, "interval is 1s or more, and max_interval no less");
    }
}

/// <summary>A request that cancels a job.</summary>
public sealed record HttpJobCancel
{
    /// <summary>Where; null for the status URL.</summary>
    [Description("Where to ask, as a URL or a path below the connection's, with {id}, {attempt}. Default: the status URL.")]
    public string? Url { get; init; }

    /// <summary>How.</summary>
    [Description("Method. Default DELETE.")]
    public HttpVerb Method { get; init; } = HttpVerb.Delete;

    /// <summary>Body; null for none.</summary>
    [Description("Body: text is sent as it is, anything else as JSON. Default none.")]
    public JsonElement? Body { get; init; }
}

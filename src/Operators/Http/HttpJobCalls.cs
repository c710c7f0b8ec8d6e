using System.Globalization;
using System.Net;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The requests of one job over HTTP.</summary>
internal sealed class HttpJobCalls(TaskContext context, HttpJobFields fields)
{
    /// <summary>The try's name in URLs and in the header that makes a repeated submission mean the same job.</summary>
    public string Attempt { get; } = JobPaths.NameOf(context.AttemptId);

    public Task<HttpJobAnswer> SubmitAsync(CancellationToken stop)
    {
        var headers = fields.IdempotencyHeader.Length == 0 ? fields.Headers : fields.Headers.SetItem(fields.IdempotencyHeader, Attempt);
        return SendAsync(new HttpFields { Url = UrlOf(fields.Url, null), Method = fields.Method, Headers = headers, Body = fields.Body, ContentType = fields.ContentType }, signsIn: true, stop);
    }

    public Task<HttpJobAnswer> LookAsync(string url, CancellationToken stop) => SendAsync(new HttpFields { Url = url, Headers = fields.Headers }, signsIn: true, stop);

    /// <summary>Asks for the end of a job. That it is over or gone is no failure.</summary>
    public Task<HttpJobAnswer> CancelAsync(HttpJobCancel cancel, string statusUrl, string? id, CancellationToken stop) =>
        SendAsync(new HttpFields { Url = cancel.Url is { } url ? UrlOf(url, id) : statusUrl, Method = cancel.Method, Headers = fields.Headers, Body = cancel.Body }, signsIn: true, stop);

    /// <summary>Fetches a result. Where the service names another origin, as a storage with a signed URL, the sign-in and the headers stay behind.</summary>
    public Task<HttpJobAnswer> ResultAsync(HttpJobAnswer from, string url, CancellationToken stop)
    {
        if (!Uri.TryCreate(from.Url, url, out var whole)) throw Unclear($"{ServiceHttp.Shown(from.Url)} named a result by something that is no URL");
        var same = HttpJobAnswer.SameOrigin(from.Url, whole);
        return SendAsync(same ? new HttpFields { Url = whole.AbsoluteUri, Headers = fields.Headers } : new HttpFields { Url = whole.AbsoluteUri }, same, stop);
    }

    /// <summary>An author's URL with its places filled.</summary>
    public string UrlOf(string url, string? id)
    {
        if (url.Contains("{id}", StringComparison.Ordinal)) url = url.Replace("{id}", Uri.EscapeDataString(id ?? throw Unclear($"the answer to the submission has no id at '{fields.IdAt}'")), StringComparison.Ordinal);
        return url.Replace("{attempt}", Attempt, StringComparison.Ordinal);
    }

    public static FailTaskException Unclear(string why) => new(why, OperatorErrors.RemoteUnclear);

    private async Task<HttpJobAnswer> SendAsync(HttpFields request, bool signsIn, CancellationToken stop)
    {
        using var message = await HttpOperator.RequestAsync(context, signsIn ? request with { Connection = fields.Connection, AzureScope = fields.AzureScope } : request, stop);
        using var response = await ServiceHttp.SendAsync(message, stop);
        var content = await ServiceClient.ReadAsync(response, stop);
        var status = response.StatusCode;
        var answer = new HttpJobAnswer(message.RequestUri!, status, response.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), ServiceClient.RetryAfterOf(response));
        if (response.IsSuccessStatusCode) return answer with { Value = HttpOperator.Value(content, response.Content.Headers.ContentType) };
        if (answer.IsGone || (request.Method is not HttpVerb.Get && status is HttpStatusCode.Conflict)) return answer;
        var said = string.Create(CultureInfo.InvariantCulture, $"{message.Method} {ServiceHttp.Shown(message.RequestUri!)} answered {(int)status}: {ServiceClient.Shown(content)}");
        throw ServiceClient.MayPass(status) ? new ServiceException(said, status, answer.RetryAfter) : new UpdraftException(OperatorErrors.Refused, said);
    }
}

/// <summary>What a service answered to one request of a job.</summary>
/// <param name="Url">What was asked.</param>
/// <param name="Status">The status code.</param>
/// <param name="Headers">The headers of the answer.</param>
/// <param name="RetryAfter">When it asked to be called again; null when it did not say.</param>
internal sealed record HttpJobAnswer(Uri Url, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, TimeSpan? RetryAfter)
{
    /// <summary>The body: JSON as it is, other text as a string; null for none.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Whether there is no such job (any more).</summary>
    public bool IsGone => Status is HttpStatusCode.NotFound or HttpStatusCode.Gone;

    /// <summary>The text at a JSON pointer; null when nothing is there.</summary>
    public string? TextAt(string pointer) => JsonPointer.Find(Value, pointer) switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        var value => value.Value.GetRawText(),
    };

    /// <summary>A URL that the service named, from where it was asked.</summary>
    /// <exception cref="FailTaskException">It is another service's, which must not get the sign-in.</exception>
    public string Named(string url)
    {
        if (!Uri.TryCreate(Url, url, out var whole)) throw HttpJobCalls.Unclear($"{ServiceHttp.Shown(Url)} named something that is no URL");
        return SameOrigin(Url, whole) ? whole.AbsoluteUri : throw HttpJobCalls.Unclear($"{ServiceHttp.Shown(Url)} named {ServiceHttp.Shown(whole)}, which is another service: give its status_url, with a connection of its own");
    }

    public static bool SameOrigin(Uri one, Uri other) => Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}

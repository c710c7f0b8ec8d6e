using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Makes one HTTP call.</summary>
[Operator("http")]
[Description("Makes an HTTP call and hands over its answer.")]
public sealed class HttpOperator : RunOperator<HttpFields>
{
    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, HttpFields fields, CancellationToken stop)
    {
        using var request = await RequestAsync(context, fields, stop);
        context.Log.WriteLine($"{request.Method} {ServiceHttp.Shown(request.RequestUri!)}");
        using var response = await ServiceHttp.SendAsync(request, stop);
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var content = await BoundedContent.ReadAsync(stream, fields.MaxBytes, stop);
        var status = (int)response.StatusCode;
        context.Log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answered {status} with {content.Length} bytes"));
        var expected = fields.ExpectedStatus.IsEmpty ? response.IsSuccessStatusCode : fields.ExpectedStatus.Contains(status);
        if (!expected) return Unexpected(request, response.StatusCode, content);
        var answer = Value(content, response.Content.Headers.ContentType);
        return fields.Extract is null
            ? TaskOutcome.Success(JsonSerializer.SerializeToElement(new { status, body = answer }))
            : TaskOutcome.Success(JsonPointer.Find(answer, fields.Extract) ?? throw new UpdraftException(OperatorErrors.Output, $"the answer has nothing at '{fields.Extract}'"));
    }

    internal static async Task<HttpRequestMessage> RequestAsync(TaskContext context, HttpFields fields, CancellationToken stop)
    {
        var connection = fields.Connection is { } name ? await context.Connect(name, stop) : new Connection();
        var request = new HttpRequestMessage(new HttpMethod(fields.Method.ToString().ToUpperInvariant()), UrlOf(fields.Url, connection));
        request.Headers.Authorization = await ServiceClient.SignInAsync(connection, fields.AzureScope, stop);
        if (fields.Body is { } body)
        {
            var isText = body.ValueKind == JsonValueKind.String;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(isText ? body.GetString()! : body.GetRawText()));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(fields.ContentType ?? (isText ? "text/plain; charset=utf-8" : "application/json"));
        }
        foreach (var (header, value) in fields.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header, value) && request.Content?.Headers.TryAddWithoutValidation(header, value) != true)
                throw new UpdraftException(OperatorErrors.Fields, $"'{header}' is no header of this request");
        }
        return request;
    }

    private static Uri UrlOf(string url, Connection connection)
    {
        if (connection.Url is { } root)
        {
            var below = new Uri(new Uri(root.AbsoluteUri.TrimEnd('/') + "/"), url.TrimStart('/'));
            return Uri.Compare(below, root, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
                ? below
                : throw new UpdraftException(OperatorErrors.Address, $"'{ServiceHttp.Shown(below)}' is not below the connection's URL");
        }
        return Uri.TryCreate(url, UriKind.Absolute, out var whole) ? whole : throw new UpdraftException(OperatorErrors.Fields, "url is no URL with http:// or https://, and no connection says where it is");
    }

    private static TaskOutcome Unexpected(HttpRequestMessage request, HttpStatusCode status, byte[] content)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"{request.Method} {ServiceHttp.Shown(request.RequestUri!)} answered {(int)status}: {ServiceClient.Shown(content)}");
        return ServiceClient.MayPass(status) ? TaskOutcome.Failed(reason, OperatorErrors.Unavailable) : TaskOutcome.FailedForGood(reason, OperatorErrors.Refused);
    }

    /// <summary>JSON as it is; other text as a string; bytes that are no text are refused, since an output is JSON.</summary>
    internal static JsonElement? Value(byte[] content, MediaTypeHeaderValue? type)
    {
        if (content.Length == 0) return null;
        if (type?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true)
        {
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(content);
            }
            catch (JsonException e)
            {
                throw new UpdraftException(OperatorErrors.Output, $"the answer says that it is JSON, and is not: {e.Message}", e);
            }
        }
        try
        {
            return JsonSerializer.SerializeToElement(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        }
        catch (DecoderFallbackException e)
        {
            throw new UpdraftException(OperatorErrors.Output, $"the answer is {type?.MediaType ?? "neither JSON nor text"}, which cannot be handed over", e);
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Calls a JSON service over a connection. What the service refuses is an <see cref="UpdraftException"/>, which ends an attempt; what may go better
/// later is a <see cref="ServiceException"/>, which the caller's policy counts.
/// </summary>
/// <param name="connection">Where the service is, and how to sign in.</param>
/// <param name="fallback">Where it is when the connection does not say; null for nowhere.</param>
/// <param name="azureScope">What an Azure token is for; null for a service that takes none.</param>
/// <param name="through">How requests are sent, for a service with certificates of its own; null for the usual way.</param>
public sealed class ServiceClient(Connection connection, Uri? fallback = null, string? azureScope = null, HttpMessageInvoker? through = null)
{
    /// <summary>Largest answer that is read, in bytes.</summary>
    public const int MaxAnswer = 16 << 20;

    private const int MaxShown = 200;

    private readonly Uri _base = (connection.Url ?? fallback) is { } url
        ? new Uri(url.AbsoluteUri.TrimEnd('/') + "/")
        : throw new UpdraftException(OperatorErrors.Connection, "the connection has no url");

    /// <summary>Calls, and returns the answer with a status of 200 to 299, or 404 where <paramref name="mayMiss"/>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query below the connection's URL, or a whole URL of the same origin.</param>
    /// <param name="body">Written as JSON; null for none.</param>
    /// <param name="mayMiss">Whether 404 is an answer: then null is returned.</param>
    /// <param name="headers">Further headers; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ServiceAnswer?> CallAsync(
        HttpMethod method, string path, object? body = null, bool mayMiss = false, IReadOnlyDictionary<string, string>? headers = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, UrlOf(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var (name, value) in headers ?? new Dictionary<string, string>()) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.Authorization = await SignInAsync(connection, azureScope, cancellation);
        if (body is not null) request.Content = new ByteArrayContent(body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        using var response = await ServiceHttp.SendAsync(request, cancellation, through);
        var content = await ReadAsync(response, cancellation);
        if (response.IsSuccessStatusCode) return new ServiceAnswer(response.StatusCode, content, response.Headers.Location, RetryAfterOf(response));
        if (response.StatusCode is HttpStatusCode.NotFound && mayMiss) return null;
        var message = string.Create(CultureInfo.InvariantCulture, $"{method} {ServiceHttp.Shown(request.RequestUri!)} answered {(int)response.StatusCode}: {Shown(content)}");
        throw MayPass(response.StatusCode) ? new ServiceException(message, response.StatusCode, RetryAfterOf(response)) : new ServiceRefusal(response.StatusCode, message);
    }

    internal static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;

    private Uri UrlOf(string path)
    {
        var url = new Uri(_base, path);
        return Uri.Compare(url, _base, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? url
            : throw new UpdraftException(OperatorErrors.Refused, $"{ServiceHttp.Shown(_base)} named {ServiceHttp.Shown(url)}, which is another service");
    }

    /// <summary>How a connection signs in; null when it does not.</summary>
    internal static async Task<AuthenticationHeaderValue?> SignInAsync(Connection connection, string? azureScope, CancellationToken cancellation)
    {
        if (connection.Token is { } token) return new("Bearer", token);
        if (connection.Azure is { } identity && azureScope is not null) return new("Bearer", await AzureSignIn.TokenAsync(identity, azureScope, cancellation));
        return connection.User is { } user ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{connection.Password}"))) : null;
    }

    internal static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            return await BoundedContent.ReadAsync(stream, MaxAnswer, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceException($"the answer of {ServiceHttp.Shown(response.RequestMessage!.RequestUri!)} broke off: {e.GetBaseException().Message}", inner: e);
        }
    }

    internal static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when response.Headers.Date is { } now && date > now => date - now,
        _ => null,
    };

    internal static string Shown(byte[] content)
    {
        var text = string.Concat(Encoding.UTF8.GetString(content).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length == 0 ? "nothing" : text.Length <= MaxShown ? text : text[..MaxShown] + "…";
    }
}

/// <summary>What a service answered.</summary>
/// <param name="Status">The status code, 200 to 299.</param>
/// <param name="Content">The body.</param>
/// <param name="Location">Where it points to; null for nowhere.</param>
/// <param name="RetryAfter">When it asked to be called again; null when it did not say.</param>
public sealed record ServiceAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Content, Uri? Location, TimeSpan? RetryAfter)
{
    /// <summary>The body as JSON.</summary>
    /// <exception cref="ServiceException">It is none.</exception>
    public JsonElement Json()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Content.Span);
        }
        catch (JsonException e)
        {
            throw new ServiceException($"the service answered {(int)Status} with something that is no JSON", Status, inner: e);
        }
    }
}

using System.Net;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The one way in which operators make HTTP calls: safe addresses only, redirects followed here, answers bounded.</summary>
public static class ServiceHttp
{
    /// <summary>Redirects that are followed for one call.</summary>
    public const int MaxRedirects = 5;

    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectCallback = static (context, cancellation) => SafeAddresses.ConnectAsync(context.DnsEndPoint, cancellation),
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>Sends a request and follows redirects. What the caller added to sign in does not go to another origin.</summary>
    /// <exception cref="ServiceException">The service could not be reached.</exception>
    /// <exception cref="UpdraftException">The address may not be called, or the redirects do not end.</exception>
    public static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation, HttpMessageInvoker? through = null)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(request, through ?? Invoker, cancellation);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location) return response;
            using (response)
            {
                if (redirects == MaxRedirects) throw new UpdraftException(OperatorErrors.Refused, $"{request.Method} {Shown(request.RequestUri!)} was redirected more than {MaxRedirects} times");
                request = await FollowAsync(request, new Uri(request.RequestUri!, location), response.StatusCode, cancellation);
            }
        }
    }

    /// <summary>A URL without what may be secret in it: user, query and fragment.</summary>
    public static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, HttpMessageInvoker through, CancellationToken cancellation)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true, Scheme: "http" or "https" } url) throw new UpdraftException(OperatorErrors.Address, "a URL begins with http:// or https://");
        try
        {
            return await through.SendAsync(request, cancellation);
        }
        catch (HttpRequestException e) when (Refusal(e) is { } refusal)
        {
            throw new UpdraftException(refusal.Code, refusal.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceException($"{request.Method} {Shown(url)} could not be made: {e.GetBaseException().Message}", inner: e);
        }
    }

    private static UpdraftException? Refusal(Exception? thrown)
    {
        for (; thrown is not null; thrown = thrown.InnerException)
            if (thrown is UpdraftException refusal) return refusal;
        return null;
    }

    private static async Task<HttpRequestMessage> FollowAsync(HttpRequestMessage request, Uri target, HttpStatusCode status, CancellationToken cancellation)
    {
        var keepsMethod = status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        var next = new HttpRequestMessage(keepsMethod ? request.Method : HttpMethod.Get, target);
        var sameOrigin = Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        if (sameOrigin)
            foreach (var header in request.Headers) next.Headers.TryAddWithoutValidation(header.Key, header.Value);
        if (!keepsMethod || request.Content is null) return next;
        next.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync(cancellation));
        foreach (var header in request.Content.Headers) next.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return next;
    }
}

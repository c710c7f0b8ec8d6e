using Microsoft.AspNetCore.Http;

namespace Updraft.Api;

/// <summary>What browsers are told with every answer: take it for what it says it is, keep none of it, and load nothing but our own.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>Pages load scripts, styles and data from here alone, and nothing that stands in the page itself runs.</summary>
    public const string PagePolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <summary>What is no page loads nothing.</summary>
    public const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            var headers = response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true ? PagePolicy : DataPolicy;
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}

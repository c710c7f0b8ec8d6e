using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Updraft.Api;

/// <summary>Gives endpoints the names in paths as they were meant: servers leave an encoded slash as it is, and ids of runs may have one.</summary>
internal static class RouteText
{
    private const string Slash = "%2F";

    public static Task DecodeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target && target.Contains(Slash, StringComparison.OrdinalIgnoreCase) && context.GetEndpoint() is RouteEndpoint endpoint) Decode(context.Request, target, endpoint);
        return next(context);
    }

    private static void Decode(HttpRequest request, string target, RouteEndpoint endpoint)
    {
        var segments = target.Split('?', 2)[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (index, segment) in endpoint.RoutePattern.PathSegments.Index())
        {
            if (segment.Parts is [RoutePatternParameterPart { IsCatchAll: false } part] && index < segments.Length) request.RouteValues[part.Name] = Uri.UnescapeDataString(segments[index]);
        }
    }
}

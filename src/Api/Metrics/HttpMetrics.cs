using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Counts requests by the pattern of their route, never by their path.</summary>
internal sealed class HttpMetrics(RequestDelegate next)
{
    private static readonly Meter Meter = new("Updraft.Http");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("updraft.http.requests", "{request}", "Requests by route and status.");

    private static readonly Histogram<double> Times = Meter.CreateHistogram(
        "updraft.http.request", "s", "Time of requests by route, until they were answered; waits and live streams take as long as they are asked to.", null, LatencyBuckets.MillisecondToDay);

    private static readonly string[] Statuses = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    public async Task InvokeAsync(HttpContext context)
    {
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = new KeyValuePair<string, object?>("route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none");
            Requests.Add(1, new("method", MethodOf(context.Request.Method)), route, new("status", Statuses[Math.Clamp(context.Response.StatusCode, 0, 599)]));
            Times.Record(TimeProvider.System.GetElapsedTime(began).TotalSeconds, route);
        }
    }

    // Whoever asks may call a method what they like.
    private static string MethodOf(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
        _ => BoundedLabels.Other,
    };
}

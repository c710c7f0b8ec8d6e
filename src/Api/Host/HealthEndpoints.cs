using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Api;

/// <summary>Whether the installation works: for load balancers and monitors, and in detail for people.</summary>
internal static class HealthEndpoints
{
    /// <summary>Where anybody may ask.</summary>
    public const string Path = "/health";

    public static void Map(IEndpointRouteBuilder endpoints, IEndpointRouteBuilder api)
    {
        endpoints.MapGet(Path, SummariseAsync).Open().Produces<HealthSummary>().Produces<HealthSummary>(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/health", (HealthCheck health, CancellationToken cancellation) => health.LookAsync(cancellation)).Needs(Role.Viewer);
    }

    private static async Task<JsonHttpResult<HealthSummary>> SummariseAsync(HealthCheck health, HttpResponse response, CancellationToken cancellation)
    {
        var summary = await health.SummariseAsync(cancellation);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Json(summary, statusCode: summary.Status is HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}

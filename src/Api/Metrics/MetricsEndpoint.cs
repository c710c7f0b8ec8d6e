using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Api;

/// <summary>Metrics as Prometheus asks for them.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints, ApiOptions options)
    {
        if (options.OpenMetrics) endpoints.MapGet("/metrics", ReadAsync).Open();
        else endpoints.MapGet("/metrics", ReadSignedInAsync).Needs(Role.Viewer);
    }

    private static Task<ContentHttpResult> ReadSignedInAsync(Access access, MetricCollection metrics, StoredGauges stored, CancellationToken cancellation)
    {
        // They name the DAGs of all teams.
        access.DemandEverywhere(Role.Viewer);
        return ReadAsync(metrics, stored, cancellation);
    }

    private static async Task<ContentHttpResult> ReadAsync(MetricCollection metrics, StoredGauges stored, CancellationToken cancellation)
    {
        await stored.RefreshAsync(cancellation);
        var text = "";
        metrics.Read(all => text = PrometheusText.Write(all));
        return TypedResults.Content(text, PrometheusText.MediaType);
    }
}

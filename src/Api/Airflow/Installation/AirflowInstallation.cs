using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Api;

/// <summary>What is served, and whether it works.</summary>
internal static class AirflowInstallation
{
    private static readonly string Build = typeof(AirflowInstallation).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/version", () => new AirflowVersion($"{AirflowApi.Version}+updraft.{Build}", null)).Open();
        api.MapGet("/monitor/health", HealthAsync).Open();
    }

    private static async Task<AirflowHealth> HealthAsync(HealthCheck health, CancellationToken cancellation)
    {
        var summary = await health.SummariseAsync(cancellation);
        var beat = summary.Lanes.Max(lane => lane.At)?.ToString("O", CultureInfo.InvariantCulture);
        var works = summary.Status is HealthStatus.Unhealthy ? "unhealthy" : "healthy";
        return new AirflowHealth(new AirflowStatus(summary.Storage is null ? "healthy" : "unhealthy"), new AirflowScheduler(works, beat), new AirflowTriggerer(works, beat), null);
    }
}

/// <summary>The version whose schema is kept to.</summary>
internal sealed record AirflowVersion(string Version, string? GitVersion);

/// <summary>How the installation stands. One engine does the work of Airflow's scheduler and triggerer.</summary>
internal sealed record AirflowHealth(AirflowStatus Metadatabase, AirflowScheduler Scheduler, AirflowTriggerer Triggerer, AirflowStatus? DagProcessor);

/// <summary>A status.</summary>
internal sealed record AirflowStatus(string? Status);

/// <summary>The scheduler.</summary>
internal sealed record AirflowScheduler(string? Status, string? LatestSchedulerHeartbeat);

/// <summary>The triggerer.</summary>
internal sealed record AirflowTriggerer(string? Status, string? LatestTriggererHeartbeat);

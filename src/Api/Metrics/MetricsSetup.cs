using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api;

/// <summary>Adds what measures and shows.</summary>
internal static class MetricsSetup
{
    public static IServiceCollection AddUpdraftMetrics(this IServiceCollection services, IApiHost host, ApiOptions options)
    {
        services.AddSingleton(_ => new MetricCollection(host));
        services.AddSingleton(_ => new ProcessMetrics(host, options.Clock));
        services.AddSingleton<StoredGauges>().AddSingleton<CostLedger>();
        services.AddSingleton(provider => new Telemetry(TelemetryExport.Start(options, provider.GetRequiredService<StoredGauges>())));
        return services;
    }

    /// <summary>Begins to listen, as the server is put together and not at the first question.</summary>
    public static void UseUpdraftMetrics(this IServiceProvider services)
    {
        services.GetRequiredService<MetricCollection>();
        services.GetRequiredService<ProcessMetrics>();
        services.GetRequiredService<StoredGauges>();
        services.GetRequiredService<CostLedger>();
        services.GetRequiredService<Telemetry>();
    }

    /// <summary>What sends, where that is asked for.</summary>
    private sealed class Telemetry(TelemetryExport? export) : IDisposable
    {
        public void Dispose() => export?.Dispose();
    }
}

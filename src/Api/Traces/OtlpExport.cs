using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Updraft.Api;

/// <summary>Sends metrics and traces by OTLP, as the variables of OpenTelemetry say.</summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>Where to; without it nothing is sent.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;
    private readonly CancellationTokenSource _stop = new();
    private readonly StoredGauges _stored;

    private OtlpExport(ImmutableSortedDictionary<string, string> settings, StoredGauges stored, ApiOptions options)
    {
        _stored = stored;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var resource = ResourceBuilder.CreateDefault().AddService(settings.GetValueOrDefault("OTEL_SERVICE_NAME", "updraft"), serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3));
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .SetResourceBuilder(resource).AddMeter(MetricCollection.Meters + "*").AddOtlpExporter().Build();
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .SetResourceBuilder(resource).AddSource(MetricCollection.Meters + "*").AddOtlpExporter().Build();
        _ = RefreshAsync(options.Clock, _stop.Token);
    }

    /// <summary>Begins to send; null where that is not asked for.</summary>
    public static OtlpExport? Start(ApiOptions options, StoredGauges stored) => options.Otlp.ContainsKey(Endpoint) ? new(options.Otlp, stored, options) : null;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _traces.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    /// <summary>What is sent cannot wait for documents to be read: they are read before.</summary>
    private async Task RefreshAsync(TimeProvider clock, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15), clock);
        try
        {
            do await _stored.RefreshAsync(stop);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}

using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Updraft.Api;

/// <summary>Sends metrics and traces, each to all that is asked for.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string ServiceName = "OTEL_SERVICE_NAME";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;
    private readonly CancellationTokenSource _stop = new();
    private readonly StoredGauges _stored;

    private TelemetryExport(ITelemetryExporter[] exporters, StoredGauges stored, ApiOptions options)
    {
        _stored = stored;
        var resource = ResourceBuilder.CreateDefault().AddService(options.Otlp.GetValueOrDefault(ServiceName, "updraft"), serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3));
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(MetricCollection.Meters + "*");
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(MetricCollection.Meters + "*");
        foreach (var exporter in exporters)
        {
            exporter.AddTo(metrics);
            exporter.AddTo(traces);
        }
        _metrics = metrics.Build();
        _traces = traces.Build();
        if (options.ReadFiguresEvery is { } every) _ = RefreshAsync(every, options.Clock, _stop.Token);
    }

    /// <summary>Begins to send; null where that is not asked for.</summary>
    public static TelemetryExport? Start(ApiOptions options, StoredGauges stored) =>
        new[] { OtlpExporter.Of(options.Otlp), options.Exporter }.OfType<ITelemetryExporter>().ToArray() is { Length: > 0 } exporters ? new(exporters, stored, options) : null;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _traces.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    /// <summary>What is sent cannot wait for documents to be read: they are read before.</summary>
    private async Task RefreshAsync(TimeSpan every, TimeProvider clock, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, clock);
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

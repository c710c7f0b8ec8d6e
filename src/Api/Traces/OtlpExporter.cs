using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Updraft.Api;

/// <summary>Sends by OTLP, as the variables of OpenTelemetry say.</summary>
internal sealed class OtlpExporter : ITelemetryExporter
{
    /// <summary>Where to; without it nothing is sent.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly IConfiguration _settings;

    private OtlpExporter(ImmutableSortedDictionary<string, string> settings) =>
        _settings = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    /// <summary>What the settings ask for; null for nothing.</summary>
    public static OtlpExporter? Of(ImmutableSortedDictionary<string, string> settings) => settings.ContainsKey(Endpoint) ? new(settings) : null;

    /// <inheritdoc/>
    public void AddTo(MeterProviderBuilder metrics) => metrics.ConfigureServices(services => services.AddSingleton(_settings)).AddOtlpExporter();

    /// <inheritdoc/>
    public void AddTo(TracerProviderBuilder traces) => traces.ConfigureServices(services => services.AddSingleton(_settings)).AddOtlpExporter();
}

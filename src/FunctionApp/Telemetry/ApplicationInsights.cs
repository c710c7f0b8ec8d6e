using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Updraft.Api;

namespace Updraft.FunctionApp;

/// <summary>Sends metrics and traces to Application Insights.</summary>
/// <param name="connection">Its connection string.</param>
/// <param name="credential">Who signs in; null for what the connection string says.</param>
internal sealed class ApplicationInsights(string connection, TokenCredential? credential) : ITelemetryExporter
{
    /// <inheritdoc/>
    public void AddTo(MeterProviderBuilder metrics) => metrics.AddAzureMonitorMetricExporter(options => options.ConnectionString = connection, credential);

    /// <inheritdoc/>
    public void AddTo(TracerProviderBuilder traces) => traces.AddAzureMonitorTraceExporter(options => options.ConnectionString = connection, credential);
}

using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Updraft.Api;

/// <summary>Sends metrics and traces somewhere.</summary>
public interface ITelemetryExporter
{
    /// <summary>Has metrics sent.</summary>
    void AddTo(MeterProviderBuilder metrics);

    /// <summary>Has traces sent.</summary>
    void AddTo(TracerProviderBuilder traces);
}

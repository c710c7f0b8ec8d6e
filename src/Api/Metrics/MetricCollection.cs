using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Updraft.Api;

/// <summary>Listens to all instruments of Updraft and keeps what they measure, for whoever asks. What was measured before it listened is not in it.</summary>
internal sealed class MetricCollection : IDisposable
{
    /// <summary>What the names of meters begin with.</summary>
    public const string Meters = "Updraft.";

    private readonly MeterListener _listener;
    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();
    private readonly Lock _reading = new();

    /// <param name="scope">Meters of another scope are another host's in this process.</param>
    public MetricCollection(object scope)
    {
        _listener = new MeterListener { InstrumentPublished = (instrument, listener) => Published(instrument, listener, scope) };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Has everything that is measured on demand measured, and shows all.</summary>
    public void Read(Action<IEnumerable<Metric>> show)
    {
        lock (_reading)
        {
            foreach (var metric in _metrics.Values) metric.Forget();
            _listener.RecordObservableInstruments();
            show(_metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal));
        }
    }

    /// <summary>What a counter has counted, by one of its labels; empty while there is no such counter.</summary>
    /// <param name="name">Its Prometheus name.</param>
    /// <param name="label">Which label, from 0.</param>
    public IReadOnlyDictionary<string, double> TotalsBy(string name, int label = 0) =>
        _metrics.Values.Where(metric => metric.Name == name).SelectMany(metric => metric.All).GroupBy(series => series.Key[label] ?? "", StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(series => series.Value.Sum), StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    private void Published(Instrument instrument, MeterListener listener, object scope)
    {
        if (!instrument.Meter.Name.StartsWith(Meters, StringComparison.Ordinal) || (instrument.Meter.Scope is { } other && other != scope)) return;
        listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, static instrument => new Metric(instrument)));
    }
}

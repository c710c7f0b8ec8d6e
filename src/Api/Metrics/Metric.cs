using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Updraft.Api;

/// <summary>What was measured with an instrument.</summary>
internal sealed class Metric
{
    // What an instrument says that gives no advice.
    private static readonly double[] UsualBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<LabelValues, Series> _series = new();
    private readonly Func<LabelValues, Series> _make;
    private string[]? _labels;

    public Metric(Instrument instrument)
    {
        Type = TypeOf(instrument);
        IsAbsolute = instrument.IsObservable;
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, Type);
        Help = instrument.Description ?? "";
        Bounds = Type is MetricType.Histogram ? BoundsOf(instrument) : [];
        _make = Type is MetricType.Histogram ? _ => new HistogramSeries(Bounds) : static _ => new Series();
    }

    public string Name { get; }

    public string Help { get; }

    public MetricType Type { get; }

    /// <summary>Whether each measurement is the whole truth, in place of the one before.</summary>
    public bool IsAbsolute { get; }

    public double[] Bounds { get; }

    public IReadOnlyList<string> Labels => _labels ?? [];

    public IEnumerable<KeyValuePair<LabelValues, Series>> All => _series.OrderBy(series => series.Key.First, StringComparer.Ordinal).ThenBy(series => series.Key.Second, StringComparer.Ordinal);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_labels is null) NameLabels(tags);
        var labels = LabelValues.Of(tags);
        if (!_series.TryGetValue(labels, out var series)) series = _series.GetOrAdd(labels, _make);
        if (IsAbsolute) series.Set(value);
        else series.Record(value);
    }

    /// <summary>What was measured anew each time is gone, so that what is no more is not shown.</summary>
    public void Forget()
    {
        if (IsAbsolute) _series.Clear();
    }

    // The same instrument always has the same labels, in the same order.
    private void NameLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new string[Math.Min(tags.Length, 3)];
        for (var n = 0; n < names.Length; n++) names[n] = tags[n].Key;
        _labels = names;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Instrument<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Instrument<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => UsualBounds,
    };

    private static MetricType TypeOf(Instrument instrument) => instrument switch
    {
        Histogram<double> or Histogram<long> => MetricType.Histogram,
        Counter<double> or Counter<long> or ObservableCounter<double> or ObservableCounter<long> => MetricType.Counter,
        _ => MetricType.Gauge,
    };
}

/// <summary>Kinds of metrics, by Prometheus's names.</summary>
internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}

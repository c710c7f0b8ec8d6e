using System.Diagnostics.Metrics;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter;
    private readonly MetricCollection _metrics;

    public PrometheusTextTests()
    {
        _meter = new Meter(new MeterOptions("Updraft.Test") { Scope = this });
        _metrics = new MetricCollection(this);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
    }

    private string Text
    {
        get
        {
            var text = "";
            _metrics.Read(all => text = PrometheusText.Write(all.Where(metric => metric.Name.StartsWith("test_", StringComparison.Ordinal))));
            return text;
        }
    }

    [Fact]
    public void Counter_WithLabels_IsNamedTypedAndEscaped()
    {
        var counter = _meter.CreateCounter<long>("test.things.done", "{thing}", "Things \\ done.\nMore.");
        counter.Add(2, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));

        Assert.Equal("""
            # HELP test_things_done_total Things \\ done.\nMore.
            # TYPE test_things_done_total counter
            test_things_done_total{name="a\"b\\c\nd"} 5

            """, Text);
    }

    [Fact]
    public void Histogram_Measurements_AreInTheBucketsUpToTheirBounds()
    {
        var histogram = _meter.CreateHistogram("test.time", "s", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var value in new[] { 0.25, 0.5, 0.75, 2 }) histogram.Record(value);

        Assert.Equal("""
            # HELP test_time_seconds Time.
            # TYPE test_time_seconds histogram
            test_time_seconds_bucket{le="0.5"} 2
            test_time_seconds_bucket{le="1"} 3
            test_time_seconds_bucket{le="+Inf"} 4
            test_time_seconds_sum 3.5
            test_time_seconds_count 4

            """, Text);
    }

    [Fact]
    public void Gauge_WhatIsNoMore_IsNotShown()
    {
        var lanes = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("test.lanes", () => lanes.Select(lane => new Measurement<int>(1, new KeyValuePair<string, object?>("lane", lane))));
        Assert.Contains("test_lanes{lane=\"b\"} 1", Text, StringComparison.Ordinal);

        lanes.Remove("b");

        Assert.DoesNotContain("\"b\"", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Scope_MeterOfAnotherHost_IsNotShown()
    {
        using var other = new Meter(new MeterOptions("Updraft.Test") { Scope = new object() });
        other.CreateCounter<long>("test.elsewhere").Add(1);

        Assert.DoesNotContain("elsewhere", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        var histogram = _meter.CreateHistogram<double>("test.many");
        Parallel.For(0, 10_000, _ => histogram.Record(1, new KeyValuePair<string, object?>("dag", "d")));

        Assert.Contains("test_many_sum{dag=\"d\"} 10000\n", Text, StringComparison.Ordinal);
        Assert.Contains("test_many_count{dag=\"d\"} 10000\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_KnownSeries_AllocatesNothing()
    {
        var counter = _meter.CreateCounter<long>("test.free");
        void Add() => counter.Add(1, new("dag", "d"), new("state", "success"));
        Add();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1_000; n++) Add();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Labels_MoreNamesThanAllowed_ShareOne()
    {
        var labels = new BoundedLabels(2);

        Assert.Equal(["a", "b", "other", "a", "unknown"], new[] { "a", "b", "c", "a", null }.Select(labels.Of));
    }
}

using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Buckets of histograms of time, in seconds.</summary>
public static class LatencyBuckets
{
    /// <summary>From a millisecond to a day.</summary>
    public static readonly InstrumentAdvice<double> MillisecondToDay = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 14_400, 43_200, 86_400],
    };

    /// <summary>From a tenth of a millisecond to ten seconds.</summary>
    public static readonly InstrumentAdvice<double> ShortWork = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    };
}

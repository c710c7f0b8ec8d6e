namespace Updraft.Api;

/// <summary>A number that many threads add to without waiting for each other.</summary>
internal class Series
{
    private double _sum;

    public double Sum => Volatile.Read(ref _sum);

    public virtual void Record(double value) => Add(value);

    public void Set(double value) => Volatile.Write(ref _sum, value);

    protected void Add(double value)
    {
        for (var seen = Volatile.Read(ref _sum); ;)
        {
            var found = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            if (found.Equals(seen)) return;
            seen = found;
        }
    }
}

/// <summary>A histogram: how many measurements fell into each bucket, and their sum.</summary>
/// <param name="bounds">Upper bounds of the buckets, the last one without.</param>
internal sealed class HistogramSeries(double[] bounds) : Series
{
    private readonly long[] _counts = new long[bounds.Length + 1];

    public override void Record(double value)
    {
        var at = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _counts[at >= 0 ? at : ~at]);
        Add(value);
    }

    /// <summary>How many are in the buckets up to each bound, and in the end in all.</summary>
    public long[] Cumulated()
    {
        var counts = new long[_counts.Length];
        var all = 0L;
        for (var n = 0; n < counts.Length; n++) counts[n] = all += Volatile.Read(ref _counts[n]);
        return counts;
    }
}

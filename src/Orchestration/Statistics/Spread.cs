using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>
/// How durations are spread: counts in 48 classes, from a tenth of a second up, each 1.41 times as long as the one before, the last of 14 days and more. So a
/// percentile is right to a fifth, and spreads of many days add up. Pure.
/// </summary>
/// <param name="Counts">By class; without the empty ones.</param>
public sealed record Spread(ImmutableSortedDictionary<int, long> Counts)
{
    private const int Classes = 48;
    private const double First = 0.1;

    /// <summary>Of nothing.</summary>
    public static readonly Spread Empty = new(ImmutableSortedDictionary<int, long>.Empty);

    /// <summary>How many durations there are.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Total => Counts.Values.Sum();

    /// <summary>With one duration more, or, by −1, one less.</summary>
    public Spread With(TimeSpan duration, int times = 1) => Add(ClassOf(duration), times);

    /// <summary>Both together.</summary>
    public Spread With(Spread other) => other.Counts.Aggregate(this, (sum, count) => sum.Add(count.Key, count.Value));

    /// <summary>The duration below which a part of all lie; null of nothing.</summary>
    /// <param name="part">0 to 1.</param>
    public TimeSpan? Percentile(double part)
    {
        var (rank, before) = (part * Total, 0L);
        foreach (var (number, count) in Counts)
        {
            if (before + count >= rank && count > 0)
            {
                // Within a class all durations are taken to be spread evenly.
                var (from, to) = (number == 0 ? 0 : EndOf(number - 1), EndOf(number));
                return TimeSpan.FromSeconds(Math.Round(from + (to - from) * Math.Clamp((rank - before) / count, 0, 1), 3));
            }
            before += count;
        }
        return null;
    }

    private Spread Add(int number, long times)
    {
        var count = Counts.GetValueOrDefault(number) + times;
        return new(count > 0 ? Counts.SetItem(number, count) : Counts.Remove(number));
    }

    private static int ClassOf(TimeSpan duration) =>
        duration.TotalSeconds <= First ? 0 : Math.Min(Classes - 1, (int)Math.Ceiling(2 * Math.Log2(duration.TotalSeconds / First)));

    private static double EndOf(int number) => First * Math.Pow(2, number / 2.0);
}

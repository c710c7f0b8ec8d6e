using System.Globalization;
using System.Text;

namespace Updraft.Dags;

/// <summary>
/// Lengths of time as text: whole numbers with a unit, larger units first, as in <c>1h30m</c>, <c>90s</c>, <c>250ms</c>, <c>1d</c>.
/// Units are <c>d</c> (24 hours), <c>h</c>, <c>m</c>, <c>s</c> and <c>ms</c>, each at most once.
/// </summary>
public static class Durations
{
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Reads a length of time.</summary>
    /// <exception cref="UpdraftException">The text is no length of time, or a longer one than a <see cref="TimeSpan"/> holds.</exception>
    public static TimeSpan Parse(string text) => TryParse(text, out var value)
        ? value
        : throw new UpdraftException(TimeErrors.Duration, $"'{text}' is no duration: write whole numbers with units, larger first, as in 90s, 5m, 1h30m, 1d or 250ms");

    /// <summary>Reads a length of time; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        long ticks = 0;
        var rest = text.AsSpan();
        var largest = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
            rest = rest[digits..];
            var end = rest.IndexOfAnyInRange('0', '9');
            var unit = IndexOfUnit(end < 0 ? rest : rest[..end], largest);
            if (unit < 0 || count > (long.MaxValue - ticks) / Units[unit].Ticks) return false;
            ticks += count * Units[unit].Ticks;
            rest = rest[Units[unit].Name.Length..];
            largest = unit + 1;
        }
        value = new TimeSpan(ticks);
        return largest > 0;
    }

    /// <summary>The canonical text of a length of time: the fewest units, as in <c>1m30s</c> for 90 seconds, and <c>0s</c> for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or has parts of a millisecond.</exception>
    public static string Format(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        if (value.Ticks % TimeSpan.TicksPerMillisecond != 0) throw new ArgumentOutOfRangeException(nameof(value), value, "A duration is a whole number of milliseconds.");
        var text = new StringBuilder();
        var rest = value.Ticks;
        foreach (var (name, ticks) in Units)
        {
            if (rest < ticks) continue;
            text.Append(CultureInfo.InvariantCulture, $"{rest / ticks}{name}");
            rest %= ticks;
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static int IndexOfUnit(ReadOnlySpan<char> name, int from)
    {
        for (var i = from; i < Units.Length; i++)
        {
            if (name.SequenceEqual(Units[i].Name)) return i;
        }
        return -1;
    }
}

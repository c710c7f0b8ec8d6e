using System.Globalization;
using System.Numerics;

namespace Updraft.Dags;

/// <summary>The values that one field of a cron expression allows, one bit each.</summary>
/// <param name="Bits">Bit n stands for value n.</param>
/// <param name="IsEvery">Whether the field is a bare <c>*</c>.</param>
/// <param name="BeginsWithStar">Whether the field is <c>*</c> or <c>*/n</c>, which cron does not count as a restriction of days.</param>
internal readonly record struct CronField(ulong Bits, bool IsEvery, bool BeginsWithStar)
{
    public int First => BitOperations.TrailingZeroCount(Bits);

    public int Last => 63 - BitOperations.LeadingZeroCount(Bits);

    public bool Has(int value) => (Bits >> value & 1) == 1;

    /// <summary>The smallest allowed value from <paramref name="value"/> upwards; -1 when there is none.</summary>
    public int NextOrSame(int value) => value > 63 || Bits >> value << value is 0 ? -1 : BitOperations.TrailingZeroCount(Bits >> value << value);

    /// <summary>The largest allowed value from <paramref name="value"/> downwards; -1 when there is none.</summary>
    public int PreviousOrSame(int value) => value < 0 ? -1 : 63 - BitOperations.LeadingZeroCount(Bits << 63 - value >> 63 - value);

    /// <summary>Reads a field: <c>*</c>, values, ranges <c>a-b</c>, steps <c>*/n</c>, <c>a-b/n</c> and <c>a/n</c>, and lists of them.</summary>
    /// <exception cref="FormatException">The field cannot be read; the message tells why.</exception>
    public static CronField Parse(string text, CronUnit unit)
    {
        ulong bits = 0;
        foreach (var part in text.Split(',')) bits |= ParsePart(part, unit);
        // Sunday is 0 and 7.
        if (unit == CronUnit.DayOfWeek && (bits & 1 << 7) != 0) bits = bits & ~(1UL << 7) | 1;
        return new CronField(bits, text == "*", text.StartsWith('*'));
    }

    private static ulong ParsePart(string part, CronUnit unit)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? part : part[..slash];
        var step = slash < 0 ? 1 : ParseStep(part[(slash + 1)..], unit);
        var (from, to) = ParseRange(range, unit, open: slash >= 0);
        ulong bits = 0;
        for (var value = from; value <= to; value += step) bits |= 1UL << value;
        return bits;
    }

    private static (int From, int To) ParseRange(string range, CronUnit unit, bool open)
    {
        if (range == "*") return (unit.Least, unit.Most);
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return ParseValue(range, unit) is var value && open ? (value, unit.Most) : (value, value);
        var (from, to) = (ParseValue(range[..dash], unit), ParseValue(range[(dash + 1)..], unit));
        if (unit == CronUnit.DayOfWeek && to == 0 && from > 0) to = 7;
        return from <= to ? (from, to) : throw new FormatException($"{unit.Name} range '{range}' runs backwards; write it as two ranges");
    }

    private static int ParseValue(string text, CronUnit unit)
    {
        if (unit.Names.FindIndex(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is var named and >= 0) return named + unit.Least;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) throw new FormatException($"{unit.Name} '{text}' is neither a number{(unit.Names.Count > 0 ? ", a name" : "")} nor '*'");
        return value >= unit.Least && value <= unit.Most ? value : throw new FormatException($"{unit.Name} {value} is not between {unit.Least} and {unit.Most}");
    }

    private static int ParseStep(string text, CronUnit unit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= unit.Most
            ? step
            : throw new FormatException($"{unit.Name} step '{text}' is not a number from 1 to {unit.Most}");
}

/// <summary>What a field of a cron expression counts.</summary>
internal sealed record CronUnit(string Name, int Least, int Most, List<string> Names)
{
    public static readonly CronUnit Second = new("second", 0, 59, []);
    public static readonly CronUnit Minute = new("minute", 0, 59, []);
    public static readonly CronUnit Hour = new("hour", 0, 23, []);
    public static readonly CronUnit DayOfMonth = new("day of month", 1, 31, []);
    public static readonly CronUnit Month = new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    public static readonly CronUnit DayOfWeek = new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);
}

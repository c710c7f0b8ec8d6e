using System.Globalization;

namespace Updraft.Cli;

/// <summary>Times and sizes as people read them: three digits that matter.</summary>
internal static class Elapsed
{
    /// <summary>As in <c>85ms</c>, <c>3.2s</c>, <c>48s</c>, <c>3m05s</c>, <c>2h07m</c>, <c>3d04h</c>; never negative.</summary>
    public static string Format(TimeSpan time)
    {
        if (time < TimeSpan.Zero) time = TimeSpan.Zero;
        return time switch
        {
            { TotalMilliseconds: < 999.5 } => Invariant($"{time.TotalMilliseconds:F0}ms"),
            { TotalSeconds: < 9.95 } => Invariant($"{time.TotalSeconds:F1}s"),
            { TotalSeconds: < 59.5 } => Invariant($"{time.TotalSeconds:F0}s"),
            { TotalMinutes: < 60 } => Pair(time.TotalSeconds, 60, "m", "s"),
            { TotalHours: < 24 } => Pair(time.TotalMinutes, 60, "h", "m"),
            _ => Pair(time.TotalHours, 24, "d", "h"),
        };
    }

    private static string Pair(double small, int factor, string largeUnit, string smallUnit)
    {
        var (large, rest) = Math.DivRem((long)small, factor);
        return Invariant($"{large}{largeUnit}{rest:D2}{smallUnit}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <inheritdoc cref="Elapsed"/>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>As in <c>812 B</c>, <c>1.4 KB</c>, <c>23 MB</c>; a kilobyte is 1,024 bytes.</summary>
    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.5 && unit < Units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(unit == 0 || value >= 9.95 ? "F0" : "F1", CultureInfo.InvariantCulture)} {Units[unit]}");
    }
}

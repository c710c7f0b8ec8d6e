using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace Updraft.Dags;

/// <summary>Filters on instants: ISO 8601 in, ISO 8601 in UTC out.</summary>
internal static class DateFilters
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    public static JsonElement Format(FilterCall call)
    {
        var format = call.TextArgument(0);
        var time = InZone(call);
        try
        {
            // A format of one letter would otherwise be one of the culture's own formats.
            return call.Yield(time.ToString(format.Length == 1 ? "%" + format : format, CultureInfo.InvariantCulture));
        }
        catch (FormatException)
        {
            throw call.Fail($"cannot use the format '{format}'; write one such as yyyy-MM-dd HH:mm");
        }
    }

    public static JsonElement Add(FilterCall call, int sign)
    {
        var text = call.TextArgument(0);
        if (!Durations.TryParse(text, out var amount)) throw call.Fail($"takes a duration such as 90s, 1h30m or 1d, not '{text}'");
        return Within(call, () => Instant(call) + (sign * amount));
    }

    public static JsonElement AddMonths(FilterCall call)
    {
        var count = call.IntArgument(0);
        return Within(call, () => Instant(call).AddMonths(count));
    }

    public static JsonElement StartOf(FilterCall call)
    {
        var unit = call.TextArgument(0);
        var time = InZone(call);
        var (day, zone) = (LocalDate.FromDateTime(time.DateTime), Zone(call));
        return unit switch
        {
            "minute" => Within(call, () => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute))),
            "hour" => Within(call, () => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerHour))),
            "day" => Midnight(day),
            "week" => Midnight(day.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday))),
            "month" => Midnight(day.With(DateAdjusters.StartOfMonth)),
            "year" => Midnight(new LocalDate(day.Year, 1, 1)),
            _ => throw call.Fail($"takes minute, hour, day, week, month or year, not '{unit}'"),
        };

        JsonElement Midnight(LocalDate date) => Within(call, () => zone.AtStartOfDay(date).ToDateTimeOffset());
    }

    private static DateTimeOffset InZone(FilterCall call)
    {
        var zone = Zone(call);
        try
        {
            return NodaTime.Instant.FromDateTimeOffset(Instant(call)).InZone(zone).ToDateTimeOffset();
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidOperationException)
        {
            throw OutOfRange(call);
        }
    }

    private static DateTimeZone Zone(FilterCall call)
    {
        if (!call.Has(1)) return DateTimeZone.Utc;
        var name = call.TextArgument(1);
        return DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? throw call.Fail($"found no time zone '{name}'; write an IANA name such as Europe/Paris");
    }

    private static DateTimeOffset Instant(FilterCall call) =>
        DateTimeOffset.TryParseExact(call.Text(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw call.Fail("works on a date such as 2026-03-29 or 2026-03-29T01:00:00Z, and got another string");

    private static JsonElement Within(FilterCall call, Func<DateTimeOffset> instant)
    {
        try
        {
            return call.Yield(instant().ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidOperationException)
        {
            throw OutOfRange(call);
        }
    }

    private static TemplateException OutOfRange(FilterCall call) => call.Fail("leaves the years 1 to 9999");
}

using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Updraft.Dags;

/// <summary>Instants as text: ISO 8601 in UTC, as in <c>2026-03-29T01:00:00Z</c>.</summary>
internal static class Instants
{
    public static string? Format(DateTimeOffset? value) => value?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant; a date, or a date and time without an offset, is local to <paramref name="timeZone"/> (UTC when that is unknown).</summary>
    public static bool TryParse(string text, string timeZone, out DateTimeOffset value)
    {
        var instant = OffsetDateTimePattern.ExtendedIso.Parse(text);
        if (instant.Success)
        {
            value = instant.Value.ToDateTimeOffset().ToUniversalTime();
            return true;
        }
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc;
        var date = LocalDatePattern.Iso.Parse(text);
        var local = date.Success ? ParseResult<LocalDateTime>.ForValue(date.Value.AtMidnight()) : LocalDateTimePattern.ExtendedIso.Parse(text);
        value = local.Success ? local.Value.InZoneLeniently(zone).ToDateTimeOffset().ToUniversalTime() : default;
        return local.Success;
    }
}

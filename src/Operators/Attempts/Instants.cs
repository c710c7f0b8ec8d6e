using System.Globalization;

namespace Updraft.Operators;

/// <summary>Instants as text: ISO 8601 in UTC, with parts of a second only where there are any.</summary>
internal static class Instants
{
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}

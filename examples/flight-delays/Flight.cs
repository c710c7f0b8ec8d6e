using System.Globalization;
using System.Text.Json;

namespace FlightDelays;

/// <summary>One departure.</summary>
/// <param name="Hour">Local hour of departure, with its fraction, 0 to 24.</param>
/// <param name="Delay">Delay on arrival in minutes; negative when early.</param>
/// <param name="Miles">Distance, above 0.</param>
/// <param name="Origin">Airport of departure.</param>
public sealed record Flight(double Hour, double Delay, double Miles, string Origin)
{
    /// <summary>The longest delay, or the greatest earliness, that is taken for real: one day.</summary>
    private const double MostMinutes = 24 * 60;

    /// <summary>A row of the source as a flight; null when it cannot be used.</summary>
    public static Flight? Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object) return null;
        if (Text(row, "origin") is not { Length: 3 } origin || !origin.All(char.IsAsciiLetterUpper)) return null;
        if (Number(row, "delay") is not { } delay || Math.Abs(delay) > MostMinutes) return null;
        if (Number(row, "distance") is not { } miles || miles <= 0) return null;
        return DateTime.TryParseExact(Text(row, "date"), "yyyy/MM/dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new Flight(date.TimeOfDay.TotalHours, delay, miles, origin)
            : null;
    }

    /// <summary>Splits flights, in order of time, into those that a model learns from and every fifth, which it is judged by.</summary>
    public static (IReadOnlyList<Flight> Training, IReadOnlyList<Flight> HoldOut) Split(IReadOnlyList<Flight> flights) =>
        ([.. flights.Where((_, i) => i % 5 != 4)], [.. flights.Where((_, i) => i % 5 == 4)]);

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

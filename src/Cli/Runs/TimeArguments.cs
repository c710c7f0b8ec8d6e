using System.Globalization;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Times as they are typed.</summary>
internal static class TimeArguments
{
    /// <summary>A time, or how long ago it was.</summary>
    /// <exception cref="UpdraftException">It is neither.</exception>
    public static DateTimeOffset Since(string text, DateTimeOffset now) => Durations.TryParse(text, out var ago) ? now - ago : At(text);

    /// <summary>A time in ISO 8601; in UTC when it says no other.</summary>
    /// <exception cref="UpdraftException">It is none.</exception>
    public static DateTimeOffset At(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new UpdraftException(CliErrors.Time, $"'{Printable.Of(text)}' is no time: write it as in 2026-03-01T06:00Z, or as a duration such as 2h where it means how long ago");
}

using System.ComponentModel;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="TimeSensor"/>. Exactly one of the first three is given.</summary>
[ExactlyOne("at", "time_of_day", "after")]
public sealed record TimeFields : ICheckedFields
{
    /// <summary>An instant; null when another form is given.</summary>
    [Description("An instant in ISO 8601 with an offset, as in {{ data_interval.end | add_hours(2) }} or 2026-03-29T02:30:00Z.")]
    public string? At { get; init; }

    /// <summary>A time of day; null when another form is given.</summary>
    [Description("A time of day, as in 08:30, on the date of the end of the data interval in time_zone.")]
    public string? TimeOfDay { get; init; }

    /// <summary>A time after <see cref="From"/>; null when another form is given.</summary>
    [Description("How long after from.")]
    public TimeSpan? After { get; init; }

    /// <summary>What <see cref="After"/> counts from.</summary>
    [Raw]
    [Description("What after counts from: data_interval_end, or start for the start of the wait. Default data_interval_end.")]
    public WaitFrom From { get; init; } = WaitFrom.DataIntervalEnd;

    /// <summary>IANA time zone of <see cref="TimeOfDay"/>.</summary>
    [Description("IANA time zone of time_of_day. Default UTC.")]
    public string TimeZone { get; init; } = "UTC";

    /// <inheritdoc/>
    public void Check()
    {
        if (At is not null && !OffsetDateTimePattern.ExtendedIso.Parse(At).Success) throw Wrong($"at is '{At}', which is no instant such as 2026-03-29T02:30:00Z");
        if (TimeOfDay is not null && !TimeOnly.TryParseExact(TimeOfDay, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) throw Wrong($"time_of_day is '{TimeOfDay}', and is written 08:30 or 08:30:00");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null) throw Wrong($"time_zone '{TimeZone}' is not in the tz database");
    }

    internal static readonly string[] Forms = ["HH:mm", "HH:mm:ss"];

    private static UpdraftException Wrong(string what) => new(OperatorErrors.Fields, what);
}

/// <summary>What a wait of a certain length counts from.</summary>
public enum WaitFrom
{
    /// <summary>The end of the run's data interval.</summary>
    DataIntervalEnd,

    /// <summary>The start of the wait.</summary>
    Start,
}

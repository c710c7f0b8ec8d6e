using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="TimeSensor"/>. Exactly one of the first three is given.</summary>
[ExactlyOne("at", "time_of_day", "after")]
public sealed record TimeFields
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
}

/// <summary>What a wait of a certain length counts from.</summary>
public enum WaitFrom
{
    /// <summary>The end of the run's data interval.</summary>
    DataIntervalEnd,

    /// <summary>The start of the wait.</summary>
    Start,
}

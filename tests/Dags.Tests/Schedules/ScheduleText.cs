using System.Globalization;

namespace Updraft.Dags.Tests;

/// <summary>Schedules and instants in the words of a test.</summary>
internal static class ScheduleText
{
    public static Schedule Cron(string cron, string zone = "UTC", string? start = null, string? end = null) => Schedule.Create(new ScheduleSpec
    {
        Cron = cron,
        TimeZone = zone,
        Start = start is null ? null : At(start),
        End = end is null ? null : At(end),
    });

    public static Schedule Every(string every, string? start = null, string? end = null) => Schedule.Create(new ScheduleSpec
    {
        Every = Durations.Parse(every),
        Start = start is null ? null : At(start),
        End = end is null ? null : At(end),
    });

    /// <summary>An instant such as <c>2026-03-29T01:00:00Z</c>; without an offset it is in UTC.</summary>
    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string? Text(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal);

    /// <summary>The ticks within a range, as text; also checks that the way back gives the same.</summary>
    public static string[] Ticks(Schedule schedule, string after, string until)
    {
        var ticks = schedule.TicksBetween(At(after), At(until)).ToArray();
        var back = new List<DateTimeOffset>();
        for (var tick = schedule.PreviousTick(At(until).AddTicks(1)); tick > At(after); tick = schedule.PreviousTick(tick.Value)) back.Add(tick.Value);
        back.Reverse();
        Assert.Equal(ticks, back);
        return [.. ticks.Select(tick => Text(tick)!)];
    }
}

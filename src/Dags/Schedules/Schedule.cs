using NodaTime;
using NodaTime.TimeZones;

namespace Updraft.Dags;

/// <summary>
/// When a DAG's runs start by themselves: its ticks, and the data interval of each. Pure and immutable; times in and out are instants, and
/// those that come out are in UTC. The rules, those of daylight saving among them, are in <c>docs/schedules.md</c>.
/// </summary>
public sealed class Schedule
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    private readonly Ticks _ticks;
    private readonly DateTimeOffset? _start;
    private readonly DateTimeOffset? _end;
    private readonly TimeSpan? _grace;

    private Schedule(Ticks ticks, DateTimeOffset? start, DateTimeOffset? end, TimeSpan? grace)
    {
        _ticks = ticks;
        _grace = grace;
        _start = start?.ToUniversalTime();
        _end = end?.ToUniversalTime();
    }

    /// <summary>Makes a schedule from what an author wrote.</summary>
    /// <exception cref="UpdraftException">A field is wrong: <see cref="TimeErrors.Cron"/>, <see cref="TimeErrors.NeverFires"/>, <see cref="TimeErrors.TimeZone"/> or <see cref="TimeErrors.Schedule"/>.</exception>
    public static Schedule Create(ScheduleSpec spec)
    {
        if (spec.Start is { } start && spec.End is { } end && end <= start)
            throw Wrong($"its end {end:O} is not after its start {start:O}");
        var zone = ZoneOf(spec.TimeZone);
        return new Schedule(TicksOf(spec, zone), spec.Start, spec.End, spec.Grace);
    }

    /// <summary>The first tick strictly after an instant; null when there is none, which is also so after the year 9997.</summary>
    public DateTimeOffset? NextTick(DateTimeOffset after)
    {
        var from = Instant.Max(Instant.FromDateTimeOffset(_start > after ? _start.Value : after), Ticks.Earliest);
        if (from >= Ticks.Latest) return null;
        return Utc(_ticks.Next(from)) is { } tick && !(tick > _end) ? tick : null;
    }

    /// <summary>The last tick strictly before an instant; null when there is none, which is also so before the year 2.</summary>
    public DateTimeOffset? PreviousTick(DateTimeOffset before)
    {
        var from = before > _end ? _end.Value.AddTicks(1) : before;
        return PreviousUnbounded(from) is { } tick && !(tick <= _start) ? tick : null;
    }

    /// <summary>The ticks strictly after one instant and up to another, in order; made as they are asked for.</summary>
    public IEnumerable<DateTimeOffset> TicksBetween(DateTimeOffset after, DateTimeOffset until)
    {
        for (var tick = NextTick(after); tick <= until; tick = NextTick(tick.Value)) yield return tick.Value;
    }

    /// <summary>
    /// The data interval of a tick: from the tick before it, or from the schedule's start where that is later, up to the tick itself, which
    /// is not part of it.
    /// </summary>
    public DataInterval IntervalOf(DateTimeOffset tick)
    {
        var begin = PreviousUnbounded(tick) ?? tick.ToUniversalTime();
        return new DataInterval(_start > begin && _start < tick ? _start.Value : begin, tick.ToUniversalTime());
    }

    /// <summary>How late a tick still counts as on time: as the schedule says, else the shorter of an hour and the time since the tick before, whatever the schedule's start.</summary>
    public TimeSpan GraceOf(DateTimeOffset tick)
    {
        if (_grace is { } grace) return grace;
        return PreviousUnbounded(tick) is { } before && tick - before < LongestGrace ? tick - before : LongestGrace;
    }

    /// <summary>The data interval of the last tick at or before an instant, for a run that no tick made; null when there is no such tick.</summary>
    public DataInterval? LastIntervalBefore(DateTimeOffset instant) =>
        PreviousTick(instant < DateTimeOffset.MaxValue ? instant.AddTicks(1) : instant) is { } tick ? IntervalOf(tick) : null;

    private DateTimeOffset? PreviousUnbounded(DateTimeOffset before)
    {
        var from = Instant.Min(Instant.FromDateTimeOffset(before), Ticks.Latest);
        return from <= Ticks.Earliest ? null : Utc(_ticks.Previous(from));
    }

    private static Ticks TicksOf(ScheduleSpec spec, DateTimeZone zone)
    {
        switch (spec)
        {
            case { Cron: { } text, Every: null }:
                var cron = CronExpression.Parse(text);
                return cron.IsEveryHour ? new HourlyCronTicks(cron, zone) : new FixedHourCronTicks(cron, zone);
            case { Cron: null, Every: { } every }:
                if (every < TimeSpan.FromSeconds(1)) throw Wrong("'every' is shorter than one second");
                return new EveryTicks(every, Instant.FromDateTimeOffset(spec.Start ?? DateTimeOffset.UnixEpoch));
            default:
                throw Wrong("it needs 'cron' or 'every', and not both");
        }
    }

    private static DateTimeZone ZoneOf(string name) => TzdbDateTimeZoneSource.Default.CanonicalIdMap.ContainsKey(name)
        ? DateTimeZoneProviders.Tzdb[name]
        : throw new UpdraftException(TimeErrors.TimeZone, $"time zone '{name}' is not in the tz database; write an IANA name such as Europe/Paris or UTC");

    private static UpdraftException Wrong(string what) => new(TimeErrors.Schedule, $"the schedule cannot be used: {what}");

    private static DateTimeOffset? Utc(Instant? tick) => tick >= Ticks.Earliest && tick <= Ticks.Latest ? tick.Value.ToDateTimeOffset() : null;
}

/// <summary>A stretch of time: from its start, up to its end, which is not part of it.</summary>
public sealed record DataInterval(DateTimeOffset Start, DateTimeOffset End);

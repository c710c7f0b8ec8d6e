using NodaTime;
using NodaTime.TimeZones;

namespace Updraft.Dags.Tests;

/// <summary>
/// Schedules around the changes of every zone of the tz database, held against a clock that is read at every minute, or second.
/// </summary>
public sealed class DaylightSavingPropertyTests
{
    private static readonly string[] Zones = [.. TzdbDateTimeZoneSource.Default.CanonicalIdMap.Values.Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public void Ticks_AllZonesAroundBothYearlyChanges_AreThoseOfTheClock()
    {
        var random = new Random(20260329);
        var (changes, ticks) = (0, 0);
        foreach (var zone in Zones)
        {
            int[] years = [2026, random.Next(1975, 2026), random.Next(2027, 2038)];
            foreach (var change in years.SelectMany(year => Changes(zone, year)))
            {
                var clock = new WallClock(zone, change, window: Duration.FromHours(26), step: Duration.FromMinutes(1));
                foreach (var everyHour in new[] { true, false })
                {
                    var cron = RandomCron.Near(LocalNear(clock, change, random), seconds: false, everyHour, random);
                    ticks += Compare([zone], cron.Text, clock, clock.Ticks(cron.IsEveryHour, cron.Matches), random);
                }
                changes++;
            }
        }
        // What was compared, so that a change of the data or of the generator cannot make this test empty.
        Assert.InRange(changes, 500, 5_000);
        Assert.InRange(ticks, 100_000, int.MaxValue);
    }

    /// <summary>Zones whose clocks change alike are held against one clock.</summary>
    [Fact]
    public void Ticks_AllZonesToTheSecond_AreThoseOfTheClock()
    {
        var random = new Random(20261025);
        var (zones, ticks) = (new HashSet<string>(), 0);
        foreach (var alike in AlikeIn(2026, Window))
        {
            var clock = new WallClock(alike.Zones[0], alike.Change, Window, Duration.FromSeconds(1));
            foreach (var (text, isEveryHour, matches) in Crons(clock.ShownAt(alike.Change - Duration.FromSeconds(1)).Hour).Concat(RandomCrons(clock, alike.Change, random)))
                ticks += Compare(alike.Zones, text, clock, clock.Ticks(isEveryHour, matches), random);
            zones.UnionWith(alike.Zones);
        }
        Assert.Equal(Zones.Where(zone => Changes(zone, 2026).Any()), zones.Order(StringComparer.Ordinal));
        Assert.InRange(ticks, 100_000, int.MaxValue);
    }

    [Fact]
    public void Ticks_EveryInAllZones_AreElapsedTimeWhateverClocksShow()
    {
        var random = new Random(20260308);
        var ticks = 0;
        foreach (var (zones, change) in AlikeIn(2026, Window))
        {
            var clock = new WallClock(zones[0], change, Window, Duration.FromSeconds(1));
            foreach (var seconds in new[] { 7, 90, 3600, 7200 })
            {
                var expected = new List<Instant>();
                for (var at = clock.From + Duration.FromSeconds(1); at <= clock.To; at += Duration.FromSeconds(1))
                {
                    if (at.ToUnixTimeSeconds() % seconds == 0) expected.Add(at);
                }
                foreach (var zone in zones)
                    ticks += Compare(new ScheduleSpec { Every = TimeSpan.FromSeconds(seconds), TimeZone = zone }, $"every {seconds}s", clock, expected, random);
            }
        }
        Assert.InRange(ticks, 100_000, int.MaxValue);
    }

    // Wider than the widest change of the year, which is of two hours.
    private static readonly Duration Window = Duration.FromMinutes(150);

    /// <summary>The kinds of cron, with hours around the one in which clocks change.</summary>
    private static IEnumerable<(string Text, bool IsEveryHour, Func<DateTime, bool> Matches)> Crons(int hour)
    {
        var after = (hour + 1) % 24;
        yield return ("30 * * * *", true, at => at is { Minute: 30, Second: 0 });
        yield return ("20,50 5 * * * *", true, at => at is { Minute: 5, Second: 20 or 50 });
        yield return ($"30 {hour} * * *", false, at => at is { Minute: 30, Second: 0 } && at.Hour == hour);
        yield return ($"30 {after} * * *", false, at => at is { Minute: 30, Second: 0 } && at.Hour == after);
        yield return ($"0 {hour},{after} * * *", false, at => at is { Minute: 0, Second: 0 } && (at.Hour == hour || at.Hour == after));
        yield return ("0 */2 * * *", false, at => at is { Minute: 0, Second: 0 } && at.Hour % 2 == 0);
        yield return ("15/20 1/2 * * *", false, at => at is { Minute: 15 or 35 or 55, Second: 0 } && at.Hour % 2 == 1);
        yield return ("10/25 */10 */1 * * *", false, at => at.Second is 10 or 35 && at.Minute % 10 == 0);
    }

    private static IEnumerable<(string Text, bool IsEveryHour, Func<DateTime, bool> Matches)> RandomCrons(WallClock clock, Instant change, Random random)
    {
        foreach (var everyHour in new[] { true, false, false })
        {
            var cron = RandomCron.Near(LocalNear(clock, change, random), seconds: true, everyHour, random);
            yield return (cron.Text, cron.IsEveryHour, cron.Matches);
        }
    }

    private static int Compare(IEnumerable<string> zones, string cron, WallClock clock, List<Instant> expected, Random random) =>
        zones.Sum(zone => Compare(new ScheduleSpec { Cron = cron, TimeZone = zone }, $"'{cron}' in {zone}", clock, expected, random));

    private static int Compare(ScheduleSpec spec, string what, WallClock clock, List<Instant> expected, Random random)
    {
        var schedule = Schedule.Create(spec);
        var told = $"{what} between {clock.From} and {clock.To}";

        var forth = schedule.TicksBetween(clock.From.ToDateTimeOffset(), clock.To.ToDateTimeOffset()).Select(Instant.FromDateTimeOffset).ToList();
        Assert.True(expected.SequenceEqual(forth), $"{told}: expected {string.Join(' ', expected)}, got {string.Join(' ', forth)}");

        var back = new List<Instant>();
        for (var tick = schedule.PreviousTick(clock.To.ToDateTimeOffset().AddTicks(1)); tick > clock.From.ToDateTimeOffset(); tick = schedule.PreviousTick(tick.Value))
            back.Add(Instant.FromDateTimeOffset(tick.Value));
        back.Reverse();
        Assert.True(expected.SequenceEqual(back), $"{told}: expected {string.Join(' ', expected)}, got {string.Join(' ', back)} on the way back");

        // From any instant, not only from ticks.
        for (var i = 0; i < 5; i++)
        {
            var at = clock.From + (Duration.FromSeconds(random.NextInt64((long)(clock.To - clock.From).TotalSeconds)) + Duration.FromTicks(random.Next(2)));
            var after = expected.FirstOrDefault(tick => tick > at);
            if (after != default) Assert.True(after.ToDateTimeOffset() == schedule.NextTick(at.ToDateTimeOffset()), $"{told}: after {at}");
            var before = expected.LastOrDefault(tick => tick < at);
            if (before != default) Assert.True(before.ToDateTimeOffset() == schedule.PreviousTick(at.ToDateTimeOffset()), $"{told}: before {at}");
        }
        return expected.Count;
    }

    private static DateTime LocalNear(WallClock clock, Instant change, Random random) => clock.ShownAt(change + Duration.FromMinutes(random.Next(-90, 90)));

    private static IEnumerable<Instant> Changes(string zone, int year) => DateTimeZoneProviders.Tzdb[zone]
        .GetZoneIntervals(Instant.FromUtc(year, 1, 1, 0, 0), Instant.FromUtc(year + 1, 1, 1, 0, 0))
        .Skip(1)
        .Select(interval => interval.Start);

    /// <summary>The changes of a year, each with the zones whose clocks show the same around it, from where a clock is read.</summary>
    private static IEnumerable<(string[] Zones, Instant Change)> AlikeIn(int year, Duration window) => Zones
        .SelectMany(zone => Changes(zone, year).Select(change => (Zone: zone, Change: change)))
        .GroupBy(each => (each.Change, string.Join(' ', DateTimeZoneProviders.Tzdb[each.Zone].GetZoneIntervals(each.Change - window - window, each.Change + window).Select(interval => interval.WallOffset))))
        .Select(alike => (alike.Select(each => each.Zone).ToArray(), alike.Key.Change));
}

using NodaTime;
using NodaTime.TimeZones;

namespace Updraft.Dags.Tests;

/// <summary>
/// Random cron expressions around the changes of every zone of the tz database, held against a clock that is read at every minute, or second.
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
                var clock = new Clock(zone, change, window: Duration.FromHours(26), step: Duration.FromMinutes(1));
                ticks += Compare(clock, change, seconds: false, everyHour: true, random) + Compare(clock, change, seconds: false, everyHour: false, random);
                changes++;
            }
        }
        // What was compared, so that a change of the data or of the generator cannot make this test empty.
        Assert.InRange(changes, 500, 5_000);
        Assert.InRange(ticks, 100_000, int.MaxValue);
    }

    [Fact]
    public void Ticks_SomeZonesToTheSecond_AreThoseOfTheClock()
    {
        var random = new Random(20261025);
        var ticks = 0;
        foreach (var zone in Zones.Where(zone => Changes(zone, 2026).Any()).Where((_, i) => i % 6 == 0))
        {
            foreach (var change in Changes(zone, 2026))
            {
                var clock = new Clock(zone, change, window: Duration.FromHours(3), step: Duration.FromSeconds(1));
                ticks += Compare(clock, change, seconds: true, everyHour: true, random) + Compare(clock, change, seconds: true, everyHour: false, random);
            }
        }
        Assert.InRange(ticks, 10_000, int.MaxValue);
    }

    private static int Compare(Clock clock, Instant change, bool seconds, bool everyHour, Random random)
    {
        var cron = RandomCron.Near(clock.LocalNear(change, random), seconds, everyHour, random);
        var expected = clock.Ticks(cron);
        var schedule = Schedule.Create(new ScheduleSpec { Cron = cron.Text, TimeZone = clock.Zone });
        var told = $"'{cron.Text}' in {clock.Zone} around {change}";

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

    private static IEnumerable<Instant> Changes(string zone, int year) => DateTimeZoneProviders.Tzdb[zone]
        .GetZoneIntervals(Instant.FromUtc(year, 1, 1, 0, 0), Instant.FromUtc(year + 1, 1, 1, 0, 0))
        .Skip(1)
        .Select(interval => interval.Start);

    /// <summary>What a clock on the wall of a zone shows around a change, read at every step.</summary>
    private sealed class Clock
    {
        private readonly List<(Instant At, DateTime Shown)> _readings = [];
        private readonly Duration _step;

        public Clock(string zone, Instant change, Duration window, Duration step)
        {
            (Zone, From, To, _step) = (zone, change - window, change + window, step);
            var rules = DateTimeZoneProviders.Tzdb[zone];
            // Read from well before, because a repeat is only known as one by what was shown earlier.
            for (var at = From - window; at <= To; at += step)
                _readings.Add((at, at.ToDateTimeUtc().AddSeconds(rules.GetUtcOffset(at).Seconds)));
        }

        public string Zone { get; }

        public Instant From { get; }

        public Instant To { get; }

        public DateTime LocalNear(Instant change, Random random)
        {
            var at = change + Duration.FromMinutes(random.Next(-90, 90));
            return _readings.First(reading => reading.At >= at).Shown;
        }

        /// <summary>With an hour of *, whenever a matching time is shown; else when the clock first reaches or passes a matching time.</summary>
        public List<Instant> Ticks(RandomCron cron)
        {
            var ticks = new List<Instant>();
            var latest = _readings[0].Shown;
            foreach (var (at, shown) in _readings)
            {
                if (cron.IsEveryHour ? cron.Matches(shown) : Reaches(cron, latest, shown))
                {
                    if (at > From) ticks.Add(at);
                }
                if (shown > latest) latest = shown;
            }
            return ticks;
        }

        private bool Reaches(RandomCron cron, DateTime latest, DateTime shown)
        {
            for (var local = latest + _step.ToTimeSpan(); local <= shown; local += _step.ToTimeSpan())
            {
                if (cron.Matches(local)) return true;
            }
            return false;
        }
    }
}

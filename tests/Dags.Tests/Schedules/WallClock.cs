using NodaTime;

namespace Updraft.Dags.Tests;

/// <summary>What a clock on the wall of a zone shows around a change, read at every step. Shares nothing with the schedule but the offsets of the zone.</summary>
internal sealed class WallClock
{
    private readonly List<(Instant At, DateTime Shown)> _readings = [];
    private readonly Duration _step;

    public WallClock(string zone, Instant change, Duration window, Duration step)
    {
        (From, To, _step) = (change - window, change + window, step);
        var rules = DateTimeZoneProviders.Tzdb[zone];
        // Read from well before, because a repeat is only known as one by what was shown earlier.
        for (var at = From - window; at <= To; at += step)
            _readings.Add((at, at.ToDateTimeUtc().AddSeconds(rules.GetUtcOffset(at).Seconds)));
    }

    /// <summary>Ticks are told from here, exclusively.</summary>
    public Instant From { get; }

    /// <summary>Ticks are told up to here.</summary>
    public Instant To { get; }

    /// <summary>What is shown first at or after an instant.</summary>
    public DateTime ShownAt(Instant instant) => _readings.First(reading => reading.At >= instant).Shown;

    /// <summary>With an hour of *, whenever a matching time is shown; else when the clock first reaches or passes a matching time.</summary>
    public List<Instant> Ticks(bool isEveryHour, Func<DateTime, bool> matches)
    {
        var ticks = new List<Instant>();
        var latest = _readings[0].Shown;
        foreach (var (at, shown) in _readings)
        {
            if ((isEveryHour ? matches(shown) : Reaches(matches, latest, shown)) && at > From) ticks.Add(at);
            if (shown > latest) latest = shown;
        }
        return ticks;
    }

    private bool Reaches(Func<DateTime, bool> matches, DateTime latest, DateTime shown)
    {
        for (var local = latest + _step.ToTimeSpan(); local <= shown; local += _step.ToTimeSpan())
        {
            if (matches(local)) return true;
        }
        return false;
    }
}

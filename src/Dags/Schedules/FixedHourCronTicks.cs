using NodaTime;

namespace Updraft.Dags;

/// <summary>
/// Cron whose hour field names hours: each local date-time that matches is one tick, at the first valid instant after it where clocks leave
/// it out, at the earlier of two where they repeat it. So a later local time never has an earlier instant.
/// </summary>
internal sealed class FixedHourCronTicks(CronExpression cron, DateTimeZone zone) : Ticks
{
    public override Instant? Next(Instant after)
    {
        var from = after.InZone(zone).LocalDateTime;
        while (cron.NextOrSame(from) is { } local)
        {
            var mapping = zone.MapLocal(local);
            var tick = InstantOf(mapping);
            if (tick > after) return tick;
            // In the second pass of a repeat, the rest of the repeat has ticked in the first.
            from = mapping.Count == 2 && mapping.EarlyInterval.End <= after ? mapping.EarlyInterval.IsoLocalEnd : local.PlusSeconds(1);
        }
        return null;
    }

    public override Instant? Previous(Instant before)
    {
        for (var from = LatestLocalBefore(before); cron.PreviousOrSame(from) is { } local; from = local.PlusSeconds(-1))
        {
            var tick = InstantOf(zone.MapLocal(local));
            if (tick < before) return tick;
        }
        return null;
    }

    private static Instant InstantOf(NodaTime.TimeZones.ZoneLocalMapping mapping) => mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();

    /// <summary>The latest local time that clocks have shown before an instant: in the second pass of a repeat, the end of the first.</summary>
    private LocalDateTime LatestLocalBefore(Instant before)
    {
        var last = before - Duration.FromTicks(1);
        var interval = zone.GetZoneInterval(last);
        var local = last.WithOffset(interval.WallOffset).LocalDateTime;
        if (!interval.HasStart) return local;
        var earlier = zone.GetZoneInterval(interval.Start - Duration.FromTicks(1)).IsoLocalEnd;
        return earlier > local ? earlier : local;
    }
}

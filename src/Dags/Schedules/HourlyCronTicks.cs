using NodaTime;
using NodaTime.TimeZones;

namespace Updraft.Dags;

/// <summary>
/// Cron whose hour field is <c>*</c>: a tick is every instant whose local date, minute and second match, so that an hour that clocks repeat
/// ticks again, and one that they leave out does not. Within an interval of constant offset, local time runs with the instants.
/// </summary>
internal sealed class HourlyCronTicks(CronExpression cron, DateTimeZone zone) : Ticks
{
    public override Instant? Next(Instant after)
    {
        var from = after + Duration.FromTicks(1);
        for (var interval = zone.GetZoneInterval(from); ; interval = zone.GetZoneInterval(from = interval.End))
        {
            if (cron.NextOrSame(Local(from, interval)) is not { } local) return null;
            var tick = local.WithOffset(interval.WallOffset).ToInstant();
            if (!interval.HasEnd || tick < interval.End) return tick;
        }
    }

    public override Instant? Previous(Instant before)
    {
        var from = before - Duration.FromTicks(1);
        for (var interval = zone.GetZoneInterval(from); ; interval = zone.GetZoneInterval(from = interval.Start - Duration.FromTicks(1)))
        {
            if (cron.PreviousOrSame(Local(from, interval)) is not { } local) return null;
            var tick = local.WithOffset(interval.WallOffset).ToInstant();
            if (!interval.HasStart || tick >= interval.Start) return tick;
        }
    }

    private static LocalDateTime Local(Instant instant, ZoneInterval interval) => instant.WithOffset(interval.WallOffset).LocalDateTime;
}

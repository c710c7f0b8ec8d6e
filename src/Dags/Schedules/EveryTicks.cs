using NodaTime;

namespace Updraft.Dags;

/// <summary>Ticks a fixed elapsed time apart, counted from an origin in both directions.</summary>
internal sealed class EveryTicks(TimeSpan every, Instant origin) : Ticks
{
    public override Instant? Next(Instant after) => At(Count(after) + 1);

    public override Instant? Previous(Instant before) => At(Count(before - Duration.FromTicks(1)));

    /// <summary>How many whole steps an instant lies from the origin, rounded down.</summary>
    private long Count(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks() - origin.ToUnixTimeTicks();
        var count = ticks / every.Ticks;
        return ticks % every.Ticks < 0 ? count - 1 : count;
    }

    private Instant? At(long count)
    {
        var ticks = ((Int128)count * every.Ticks) + origin.ToUnixTimeTicks();
        return ticks >= Earliest.ToUnixTimeTicks() && ticks <= Latest.ToUnixTimeTicks() ? Instant.FromUnixTimeTicks((long)ticks) : null;
    }
}

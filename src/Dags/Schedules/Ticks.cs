using NodaTime;

namespace Updraft.Dags;

/// <summary>The instants at which a schedule fires, without its bounds.</summary>
internal abstract class Ticks
{
    /// <summary>No tick is before this: from here on, the local dates of every zone are in the calendar.</summary>
    public static readonly Instant Earliest = Instant.FromUtc(2, 1, 1, 0, 0);

    /// <summary>No tick is after this.</summary>
    public static readonly Instant Latest = Instant.FromUtc(9998, 1, 1, 0, 0);

    /// <summary>The first tick strictly after an instant; null when there is none.</summary>
    public abstract Instant? Next(Instant after);

    /// <summary>The last tick strictly before an instant; null when there is none.</summary>
    public abstract Instant? Previous(Instant before);
}

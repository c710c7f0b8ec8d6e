using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What follows for a schedule from its cursor and the time (<c>semantics.md</c>, "Schedules"). Pure.</summary>
public sealed class DueTicks
{
    /// <summary>Ticks dropped together are counted up to this.</summary>
    public const int MostCounted = 1_000;

    /// <summary>Longest grace, when the author gives none.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    private readonly ScheduleSpec _spec;
    private readonly Schedule _schedule;

    /// <summary>For a schedule that has ticks.</summary>
    /// <exception cref="UpdraftException">It cannot be used.</exception>
    public DueTicks(ScheduleSpec spec) => (_spec, _schedule) = (spec, Dags.Schedule.Create(spec));

    /// <inheritdoc cref="Schedule.IntervalOf"/>
    public DataInterval IntervalOf(DateTimeOffset tick) => _schedule.IntervalOf(tick);

    /// <summary>
    /// The next tick after the cursor that is to run, or else when there will be one; and the ticks dropped on the way.
    /// </summary>
    /// <param name="last">The cursor: ticks up to it are done with.</param>
    /// <param name="now">The time.</param>
    /// <param name="missedUntil">Ticks up to it are missed, however young; null for none.</param>
    /// <param name="until">Where this schedule ended, as a new text was published: missed ticks up to it are dropped, and later ones are none. Null while it holds.</param>
    public DueTick After(DateTimeOffset last, DateTimeOffset now, DateTimeOffset? missedUntil, DateTimeOffset? until = null)
    {
        var bound = until < now ? until.Value : now;
        if (_schedule.NextTick(last) is not { } tick || (until is not null && tick > bound)) return new DueTick(last);
        if (tick > bound) return new DueTick(last) { WaitUntil = tick };
        if (IsOnTime(tick)) return new DueTick(last) { Run = tick };
        var catchUp = until is null ? _spec.CatchUp : CatchUp.None;
        if (catchUp is CatchUp.All) return new DueTick(last) { Run = tick, Missed = true };

        var lastMissed = LastMissed();
        if (catchUp is CatchUp.None) return After(lastMissed, now, missedUntil, until) with { Drop = Between(last, lastMissed, tick) };
        if (lastMissed == tick) return new DueTick(last) { Run = tick, Missed = true };
        var before = _schedule.PreviousTick(lastMissed)!.Value;
        return new DueTick(before) { Run = lastMissed, Missed = true, Drop = Between(last, before, tick) };

        bool IsOnTime(DateTimeOffset due) => !(due <= missedUntil) && now - due <= _schedule.GraceOf(due);

        DateTimeOffset LastMissed()
        {
            var found = tick;
            // Far behind, most of them need not be looked at.
            if (_schedule.PreviousTick(Earlier(now - (_spec.Grace ?? LongestGrace), bound.AddTicks(1))) is { } old && old > found) found = old;
            if (missedUntil is { } paused && _schedule.PreviousTick(Earlier(paused, bound).AddTicks(1)) is { } inPause && inPause > found) found = inPause;
            while (_schedule.NextTick(found) is { } next && next <= bound && !IsOnTime(next)) found = next;
            return found;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private TickRange Between(DateTimeOffset after, DateTimeOffset to, DateTimeOffset first) =>
        new(first, to, _schedule.TicksBetween(after, to).Take(MostCounted).Count());
}

/// <summary>What is next for a schedule.</summary>
/// <param name="Last">Where the cursor stands after the drops.</param>
public sealed record DueTick(DateTimeOffset Last)
{
    /// <summary>The tick to run now; null for none.</summary>
    public DateTimeOffset? Run { get; init; }

    /// <summary>Whether that tick was missed, and is caught up with.</summary>
    public bool Missed { get; init; }

    /// <summary>When the next tick is due; null when one is to run, or there is none.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>Ticks that are dropped; null for none.</summary>
    public TickRange? Drop { get; init; }
}

/// <summary>Ticks in a row.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="Count">How many, up to <see cref="DueTicks.MostCounted"/>.</param>
public sealed record TickRange(DateTimeOffset From, DateTimeOffset To, int Count);

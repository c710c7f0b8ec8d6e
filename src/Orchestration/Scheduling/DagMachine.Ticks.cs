using Updraft.Dags;

namespace Updraft.Orchestration;

// The ticks of the schedule, and of those before it.
internal sealed partial class DagMachine
{
    private const string Missed = "missed";
    private const string OldText = "the schedule was changed before it ran";

    /// <summary>Decides on the next tick that is due; else says when the next one is.</summary>
    private DateTimeOffset? DecideTick(DateTime now)
    {
        while (_body.Pending is null && _body.Former is [var former, ..])
        {
            // A tick that was due before the new text, and is not missed, runs.
            if (former.Schedule is { } old && Decide(old, now, former.Until, OldText) is { Run: not null }) return null;
            Close(former);
        }
        return WithTicks(_body.Schedule) is { } spec ? Decide(spec, now, null, Missed).WaitUntil : null;
    }

    private DueTick Decide(ScheduleSpec spec, DateTime now, DateTimeOffset? until, string reason)
    {
        var ticks = TicksOf(spec);
        var due = ticks.After(_body.Last!.Value, now, _body.MissedUntil, until);
        Change(_body with { Last = due.Last });
        if (due.Drop is { } drop) Drop(now, drop, reason);
        if (due.Run is not { } tick) return due;
        Change(_body with
        {
            Last = tick,
            Pending = new PendingRun
            {
                RunId = RunIds.OfTick(_dag, tick),
                Sequence = _body.Sequence,
                Trigger = PendingRun.Schedule,
                LogicalDate = tick,
                Interval = ticks.IntervalOf(tick),
                Previous = _body.LastTickRun,
                Overlap = spec.Overlap,
                Missed = due.Missed,
                Before = due.Last,
            },
        });
        return due;
    }

    /// <summary>While nothing may run, what an old text still had to run is dropped.</summary>
    private void CloseFormer(DateTime now)
    {
        while (_body.Former is [var former, ..])
        {
            if (former.Schedule is { } old && TicksOf(old).After(_body.Last!.Value, now, missedUntil: former.Until, former.Until).Drop is { } drop) Drop(now, drop, OldText);
            Close(former);
        }
    }

    private void Close(FormerSchedule former) =>
        Change(_body with { Former = _body.Former.RemoveAt(0), Last = _body.Last > former.Until ? _body.Last : former.Until });

    private DueTicks TicksOf(ScheduleSpec spec)
    {
        if (_ticks is not { } known || known.Spec != spec) _ticks = known = (spec, new(spec));
        return known.Ticks;
    }

    private static ScheduleSpec? WithTicks(ScheduleSpec? spec) => spec is { HasTicks: true } ? spec : null;

    /// <summary>Whether two schedules tick at the same instants by their text: what else they say may change without a tick being lost.</summary>
    private static bool SameTicks(ScheduleSpec? left, ScheduleSpec? right) => Text(left) == Text(right);

    private static (string?, TimeSpan?, string, DateTimeOffset?, DateTimeOffset?)? Text(ScheduleSpec? spec) =>
        WithTicks(spec) is { } ticks ? (ticks.Cron, ticks.Every, ticks.TimeZone, ticks.Start, ticks.End) : null;
}

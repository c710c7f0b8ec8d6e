using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// What a schedule is to do, told slowly: it walks second by second and asks each whether it is a tick. Whatever happens does so between two
/// seconds.
/// </summary>
internal sealed class NaiveSchedule
{
    private readonly List<(int Second, int Number, ScheduleSpec Text, bool OfAPause)> _backlog = [];
    private ScheduleSpec _text;
    private double _since;
    private bool _paused, _down;
    private int _second, _number;

    public NaiveSchedule(ScheduleSpec text) => _text = text;

    public List<double> Ticks { get; } = [];

    public void To(double seconds)
    {
        for (; _second + 1 <= seconds; Walk(++_second))
        {
        }
    }

    public void Publish(ScheduleSpec text, double at)
    {
        var sameTicks = (text with { CatchUp = default, Grace = null }) == (_text with { CatchUp = default, Grace = null });
        if (sameTicks) _backlog.ForEachReplace(tick => tick.Number == _number ? tick with { Text = text } : tick);
        else (_since, _number) = (at, _number + 1);
        _text = text;
        Handle(at);
    }

    public void Pause(bool paused, double at)
    {
        if (_paused && !paused) _backlog.ForEachReplace(tick => tick with { OfAPause = true });
        _paused = paused;
        Handle(at);
    }

    public void Down() => _down = true;

    public void Up(double at)
    {
        _down = false;
        Handle(at);
    }

    private void Walk(int second)
    {
        if (second > _since && IsTick(_text, second)) _backlog.Add((second, _number, _text, false));
        Handle(second);
    }

    private void Handle(double now)
    {
        if (_down) return;
        _backlog.RemoveAll(tick => tick.Number != _number && (_paused || IsMissed(tick, now)));
        if (_paused) return;
        while (_backlog.Count > 0)
        {
            // Missed ticks in a row are treated as one.
            var missed = _backlog.TakeWhile(tick => IsMissed(tick, now)).ToList();
            _backlog.RemoveRange(0, missed.Count);
            if (_text.CatchUp is CatchUp.Latest && missed.Count > 0) missed.RemoveRange(0, missed.Count - 1);
            if (_text.CatchUp is not CatchUp.None) Ticks.AddRange(missed.Select(tick => (double)tick.Second));
            if (_backlog.Count == 0) break;
            Ticks.Add(_backlog[0].Second);
            _backlog.RemoveAt(0);
        }
    }

    private static bool IsMissed((int Second, int Number, ScheduleSpec Text, bool OfAPause) tick, double now) => tick.OfAPause || now - tick.Second > GraceOf(tick.Text, tick.Second);

    private static double GraceOf(ScheduleSpec text, int tick)
    {
        if (text.Grace is { } grace) return grace.TotalSeconds;
        for (var before = tick - 1; before > tick - 3600; before--)
            if (Fits(text, before)) return tick - before;
        return 3600;
    }

    private static bool IsTick(ScheduleSpec text, int second) => !(second <= Seconds(text.Start)) && !(second > Seconds(text.End)) && Fits(text, second);

    private static bool Fits(ScheduleSpec text, int second)
    {
        if (text.Every is { } every) return (second - (Seconds(text.Start) ?? Seconds(DateTimeOffset.UnixEpoch)!.Value)) % every.TotalSeconds == 0;
        var fields = text.Cron!.Split(' ');
        return Matches(fields[0], ((second % 60) + 60) % 60) && Matches(fields[1], (int)Math.Floor(second / 60.0) % 60);
    }

    private static bool Matches(string field, int value) =>
        field == "*" || (field.StartsWith("*/", StringComparison.Ordinal) ? value % int.Parse(field[2..], null) == 0 : field.Split(',').Any(part => int.Parse(part, null) == value));

    private static double? Seconds(DateTimeOffset? instant) => instant is { } at ? (at - DagWorld.Start).TotalSeconds : null;
}

internal static class Lists
{
    public static void ForEachReplace<T>(this List<T> list, Func<T, T> change)
    {
        for (var i = 0; i < list.Count; i++) list[i] = change(list[i]);
    }
}

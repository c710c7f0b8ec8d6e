namespace Updraft.Orchestration.Tests;

/// <summary>A clock that moves only when told, to the next timer.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private readonly PriorityQueue<Timer, (DateTimeOffset At, long Number)> _timers = new();
    private long _number;

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Calls something at a time.</summary>
    public Timer At(DateTimeOffset at, Action action)
    {
        var timer = new Timer(this, action);
        Add(timer, at);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it; false when there is none up to the end.</summary>
    public bool AdvanceToNext(DateTimeOffset end)
    {
        while (_timers.TryPeek(out var timer, out var due))
        {
            if (due.At > end) return false;
            _timers.Dequeue();
            if (timer.Due != due) continue;
            if (due.At > Now) Now = due.At;
            timer.Due = null;
            timer.Fire();
            return true;
        }
        return false;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Add(Timer timer, DateTimeOffset at)
    {
        timer.Due = (at, _number++);
        _timers.Enqueue(timer, timer.Due.Value);
    }

    internal sealed class Timer(SimulatedTime time, Action fire) : ITimer
    {
        public (DateTimeOffset At, long Number)? Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = null;
            if (dueTime != Timeout.InfiniteTimeSpan) time.Add(this, time.Now + dueTime);
            return true;
        }

        public void Dispose() => Due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

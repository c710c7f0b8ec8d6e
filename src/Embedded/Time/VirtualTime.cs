namespace Updraft.Embedded;

/// <summary>A clock for tests: it stands still, until it is told to go on to the next timer.</summary>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<VirtualTimer, (DateTimeOffset At, long Order)> _timers = new();
    private DateTimeOffset _now = start.ToUniversalTime();
    private long _order;

    /// <summary>Starts at the beginning of 2026.</summary>
    public VirtualTime()
        : this(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next timer is due; null when there is none.</summary>
    public DateTimeOffset? NextTimerAt
    {
        get
        {
            lock (_gate) return Next();
        }
    }

    /// <summary>Goes on to the next timer and runs it, with all that are due at the same instant. False when there is none.</summary>
    public bool JumpToNextTimer()
    {
        DateTimeOffset at;
        lock (_gate)
        {
            if (Next() is not { } next) return false;
            at = next;
        }
        AdvanceTo(at);
        return true;
    }

    /// <summary>Goes on by a time, running the timers on the way in order.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    /// <summary>Goes on to an instant, running the timers on the way in order.</summary>
    public void AdvanceTo(DateTimeOffset instant)
    {
        while (true)
        {
            VirtualTimer timer;
            lock (_gate)
            {
                if (Next() is not { } next || next > instant)
                {
                    if (instant > _now) _now = instant;
                    return;
                }
                if (next > _now) _now = next;
                timer = _timers.Dequeue();
                timer.Dequeued();
            }
            timer.Run();
        }
    }

    /// <summary>
    /// Lets work run until none is left, jumps to the next timer, and so on until <paramref name="until"/> has completed. It should complete
    /// by the work itself, as <see cref="EmbeddedHost.WaitForEndAsync"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">No work and no timer is left: it never completes.</exception>
    public async Task RunAsync(Func<Task> idle, Task until)
    {
        while (!until.IsCompleted)
        {
            await Task.WhenAny(idle(), until); // Work that is waited for may itself never end.
            // What completes it may be on its way through the thread pool.
            for (var i = 0; i < 10 && !until.IsCompleted; i++) await Task.Yield();
            if (until.IsCompleted || JumpToNextTimer()) continue;
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromSeconds(5), System));
            if (!until.IsCompleted && !idle().IsCompleted) continue;
            if (!until.IsCompleted) throw new InvalidOperationException($"nothing is left to do at {GetUtcNow():O}, and what was waited for has not come");
        }
        await until;
    }

    private DateTimeOffset? Next()
    {
        while (_timers.TryPeek(out var timer, out var at))
        {
            if (timer.IsDue(at)) return at.At;
            _timers.Dequeue();
        }
        return null;
    }

    private sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
    {
        private (DateTimeOffset At, long Order)? _due;
        private TimeSpan _period;

        public bool IsDue((DateTimeOffset, long) entry) => _due == entry;

        public void Dequeued() => Set(_period);

        public void Run() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                Set(dueTime);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan dueTime)
        {
            _due = null;
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            _due = (time._now + dueTime, ++time._order);
            time._timers.Enqueue(this, _due.Value);
        }
    }
}

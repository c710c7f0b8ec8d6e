namespace Updraft.Embedded;

/// <summary>All timers on one timer of the clock. What is cancelled is gone at once, however far off it was.</summary>
internal sealed class TimerQueue : IDisposable
{
    // The system's timers count elapsed time: looking at the clock now and then notices when it is set, or the machine slept.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly SortedSet<WakeUp> _wakeUps = [];
    private readonly TimeProvider _time;
    private readonly Action<WakeUp> _due;
    private readonly ITimer _timer;
    private long _order;
    private bool _disposed;

    public TimerQueue(TimeProvider time, Action<WakeUp> due)
    {
        (_time, _due) = (time, due);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many are set.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _wakeUps.Count;
        }
    }

    /// <summary>Wakes an instance at a time, in UTC ticks; for a timer of its code, or (sequence 0) to come back into memory.</summary>
    public WakeUp Add(long at, string instance, long n, int execution, int seq)
    {
        lock (_gate)
        {
            var wakeUp = new WakeUp(at, ++_order, instance, n, execution, seq);
            _wakeUps.Add(wakeUp);
            if (_wakeUps.Min == wakeUp) Arm();
            return wakeUp;
        }
    }

    public void Remove(WakeUp wakeUp)
    {
        lock (_gate) _wakeUps.Remove(wakeUp);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _wakeUps.Clear();
        }
        _timer.Dispose();
    }

    private void Fire()
    {
        var due = new List<WakeUp>();
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcTicks;
            while (_wakeUps.Min is { } first && first.At <= now)
            {
                _wakeUps.Remove(first);
                due.Add(first);
            }
            Arm();
        }
        foreach (var wakeUp in due) _due(wakeUp);
    }

    private void Arm()
    {
        if (_disposed || _wakeUps.Min is not { } first) return;
        var wait = TimeSpan.FromTicks(Math.Max(0, first.At - _time.GetUtcNow().UtcTicks));
        // A timer of the system may be some time early; rounding up spares a second look.
        if (_time == TimeProvider.System) wait = wait < LookAgain ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : LookAgain;
        _timer.Change(wait < MaxWait ? wait : MaxWait, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>An entry of the queue, in order of time.</summary>
internal sealed class WakeUp(long at, long order, string instance, long n, int execution, int seq) : IComparable<WakeUp>
{
    public long At => at;

    public string Instance => instance;

    public long N => n;

    public int Execution => execution;

    public int Seq => seq;

    private long Order => order;

    public int CompareTo(WakeUp? other) => other is null ? 1 : at != other.At ? at.CompareTo(other.At) : order.CompareTo(other.Order);
}

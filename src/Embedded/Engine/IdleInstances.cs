namespace Updraft.Embedded;

/// <summary>Instances that wait, the longest waiting first; those that wait long, or are too many, leave memory.</summary>
internal sealed class IdleInstances : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(Instance Instance, long Stamp, DateTimeOffset Since)> _waiting = new();
    private readonly EmbeddedOptions _options;
    private readonly ITimer _timer;
    private bool _armed;

    public IdleInstances(EmbeddedOptions options)
    {
        _options = options;
        _timer = options.Time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An instance waits; <paramref name="stamp"/> changes when something comes to it.</summary>
    public void Add(Instance instance, long stamp)
    {
        (Instance Instance, long Stamp, DateTimeOffset Since) oldest = default;
        lock (_gate)
        {
            _waiting.Enqueue((instance, stamp, _options.Time.GetUtcNow()));
            if (_waiting.Count > _options.MaxIdleInMemory) oldest = _waiting.Dequeue();
            Arm();
        }
        oldest.Instance?.Evict(oldest.Stamp);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _waiting.Clear();
            _armed = true;
        }
        _timer.Dispose();
    }

    private void Sweep()
    {
        List<(Instance Instance, long Stamp)> due = [];
        lock (_gate)
        {
            _armed = false;
            var limit = _options.Time.GetUtcNow() - _options.IdleInMemory;
            while (_waiting.TryPeek(out var oldest) && oldest.Since <= limit)
            {
                _waiting.Dequeue();
                due.Add((oldest.Instance, oldest.Stamp));
            }
            Arm();
        }
        foreach (var (instance, stamp) in due) instance.Evict(stamp);
    }

    private void Arm()
    {
        if (_armed || !_waiting.TryPeek(out var oldest)) return;
        _armed = true;
        var wait = oldest.Since + _options.IdleInMemory - _options.Time.GetUtcNow();
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}

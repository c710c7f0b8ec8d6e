namespace Updraft.Embedded;

/// <summary>Counts what is under way, so that a test can wait until nothing is.</summary>
internal sealed class WorkCount
{
    private readonly Lock _lock = new();
    private long _count;
    private TaskCompletionSource? _idle;

    public void Add(long count = 1) => Interlocked.Add(ref _count, count);

    public void Done(long count = 1)
    {
        if (Interlocked.Add(ref _count, -count) != 0 || Volatile.Read(ref _idle) is null) return;
        Signal();
    }

    /// <summary>Completes once nothing is under way, which may then change at once.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            var idle = _idle.Task;
            Interlocked.MemoryBarrier();
            if (Interlocked.Read(ref _count) == 0) Signal();
            return idle;
        }
    }

    /// <summary>Releases whoever waits: nothing will ever be done again.</summary>
    public void Abandon() => Signal();

    private void Signal()
    {
        lock (_lock)
        {
            _idle?.TrySetResult();
            _idle = null;
        }
    }
}

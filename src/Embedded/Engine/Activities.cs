namespace Updraft.Embedded;

/// <summary>Counts activities from being committed to their result, so that stopping can wait for them.</summary>
internal sealed class Activities
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;
    private bool _stopped;

    /// <summary>Counts one more; false when no more may start.</summary>
    public bool TryAdd()
    {
        Interlocked.Increment(ref _count);
        if (!Volatile.Read(ref _stopped)) return true;
        Remove();
        return false;
    }

    public void Remove()
    {
        if (Interlocked.Decrement(ref _count) == 0 && Volatile.Read(ref _stopped)) _none.TrySetResult();
    }

    /// <summary>Lets no more start; completes when none is left.</summary>
    public Task StopAsync()
    {
        Volatile.Write(ref _stopped, true);
        Interlocked.MemoryBarrier();
        if (Interlocked.Read(ref _count) == 0) _none.TrySetResult();
        return _none.Task;
    }
}

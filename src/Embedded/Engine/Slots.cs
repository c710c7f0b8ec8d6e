namespace Updraft.Embedded;

/// <summary>A number of activities that may be at work at once; the others wait in order.</summary>
internal sealed class Slots(int count)
{
    private readonly Queue<ActivityJob> _waiting = new();
    private int _free = count;

    public int Count { get; } = count;

    public int Used => Count - Volatile.Read(ref _free);

    public int Waiting
    {
        get
        {
            lock (_waiting) return _waiting.Count;
        }
    }

    /// <summary>Takes a slot, or queues for one.</summary>
    public bool TryTake(ActivityJob job)
    {
        lock (_waiting)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }
            _waiting.Enqueue(job);
            return false;
        }
    }

    /// <summary>Gives a slot back, or hands it to the next in line, who is returned.</summary>
    public ActivityJob? Release()
    {
        lock (_waiting)
        {
            if (_waiting.TryDequeue(out var next)) return next;
            _free++;
            return null;
        }
    }
}

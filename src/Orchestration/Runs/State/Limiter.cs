namespace Updraft.Orchestration;

/// <summary>A limit within one run: so many at once, the others by priority, then in order of asking.</summary>
internal sealed class Limiter(int max)
{
    private readonly PriorityQueue<TaskInstance, (int Priority, long Order, long Asked)> _waiting = new();
    private long _asked;

    public int Max { get; } = max;

    public int Used { get; private set; }

    public bool TryTake()
    {
        if (Used >= Max) return false;
        Used++;
        return true;
    }

    /// <summary>Queues who found no place, by priority, then by <paramref name="order"/>, so that a map goes on with its first items before it begins with others.</summary>
    public void Wait(TaskInstance instance, int priority, long order) => _waiting.Enqueue(instance, (-priority, order, _asked++));

    /// <summary>Gives a place back and returns who may try now; null when nobody waits.</summary>
    public TaskInstance? GiveBack()
    {
        Used--;
        while (_waiting.TryDequeue(out var next, out _))
            if (next is { State: TaskState.Scheduled, IsShown: true, HoldsPlaces: false }) return next;
        return null;
    }
}

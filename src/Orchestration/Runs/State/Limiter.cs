namespace Updraft.Orchestration;

/// <summary>A limit within one run: so many at once, the others by priority, then in order of asking.</summary>
internal sealed class Limiter(int max)
{
    private readonly PriorityQueue<TaskInstance, (int Priority, long Order)> _waiting = new();
    private long _asked;

    public int Max { get; } = max;

    public int Used { get; private set; }

    public bool TryTake()
    {
        if (Used >= Max) return false;
        Used++;
        return true;
    }

    public void Wait(TaskInstance instance) => _waiting.Enqueue(instance, (-instance.Task.Spec.Priority, _asked++));

    /// <summary>Gives a place back and returns who may try now: as many as there are places, those who no longer wait left out.</summary>
    public TaskInstance? GiveBack()
    {
        Used--;
        while (_waiting.TryDequeue(out var next, out _))
            if (next.State is TaskState.Scheduled && next.IsShown) return next;
        return null;
    }
}

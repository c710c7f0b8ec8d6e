using System.Collections.Concurrent;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>The workers of one lane: few that take turns, and slots for activities. One lane's load does not slow another's.</summary>
internal sealed class Lane(LaneSlots slots) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Instance> _ready = new();
    private readonly Slots _inProcess = new(slots.InProcess);
    private readonly Slots _process = new(slots.Process);
    private readonly int _maxWorkers = Environment.ProcessorCount;
    private int _workers;

    /// <summary>Has an instance take a turn, on the caller's thread if it may and a worker is free.</summary>
    public void Ready(Instance instance, bool here = false)
    {
        _ready.Enqueue(instance);
        if (!Join()) return;
        if (here) Execute();
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The slots that an activity of a weight takes; null when it takes none.</summary>
    public Slots? SlotsOf(ActivityWeight weight) => weight switch
    {
        ActivityWeight.InProcess => _inProcess,
        ActivityWeight.Process => _process,
        _ => null,
    };

    /// <inheritdoc/>
    public void Execute()
    {
        do
        {
            while (_ready.TryDequeue(out var instance)) instance.Run();
            Interlocked.Decrement(ref _workers);
        }
        while (!_ready.IsEmpty && Join());
    }

    private bool Join()
    {
        while (true)
        {
            var workers = Volatile.Read(ref _workers);
            if (workers >= _maxWorkers) return false;
            if (Interlocked.CompareExchange(ref _workers, workers + 1, workers) == workers) return true;
        }
    }
}

using System.Collections.Concurrent;

namespace Updraft.Operators.Tests;

/// <summary>The system's clock, on which nobody has to wait: how long they wanted to is noted.</summary>
internal sealed class EagerTime : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}

namespace Updraft.Embedded;

/// <summary>
/// The turn of one suspect to be at work without the others. It may work for hours, or wait for what another does; so one that lives while
/// others wait is outlived by its turn: it goes on, no longer suspected by this process, and the next one begins.
/// </summary>
internal sealed class AloneTurn : IDisposable
{
    /// <summary>How long a host may be expected to die of what has begun.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Func<bool> _othersWait;
    private readonly Action _letNext;
    private readonly ITimer _timer;
    private int _over;

    public AloneTurn(TimeProvider time, Func<bool> othersWait, Action letNext)
    {
        (_othersWait, _letNext) = (othersWait, letNext);
        _timer = time.CreateTimer(_ => Look(), null, Patience, Patience);
    }

    /// <summary>Told once when the turn is over before the work is.</summary>
    public event Action? Outlived;

    public void Dispose()
    {
        _timer.Dispose();
        End();
    }

    private void Look()
    {
        if (!_othersWait() || Volatile.Read(ref _over) != 0) return;
        Outlived?.Invoke();
        End();
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0) _letNext();
    }
}

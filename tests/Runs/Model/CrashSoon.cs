using Updraft.Embedded;

namespace Updraft.Runs;

/// <summary>Dies at some point after it was told to, once each time.</summary>
internal sealed class CrashSoon : IFaults
{
    private int _left = -1;

    /// <summary>Where it died last; null once that was taken notice of.</summary>
    public string? Where { get; private set; }

    public int Crashes { get; private set; }

    public void After(int points) => Volatile.Write(ref _left, points);

    public void Never() => Volatile.Write(ref _left, -1);

    public bool TakeNotice()
    {
        var died = Where is not null;
        Where = null;
        return died;
    }

    public void At(FaultPoint point, string what)
    {
        if (Volatile.Read(ref _left) < 0 || Interlocked.Decrement(ref _left) != -1) return;
        Crashes++;
        Where = $"{point} {what}";
        throw new SimulatedCrashException(Where);
    }
}

using Updraft.Embedded;

namespace Updraft.Crashes;

/// <summary>Dies at the k-th point that it meets.</summary>
internal sealed class CrashAt(int k) : IFaults
{
    private int _met = -1;

    /// <summary>Whether the point was met.</summary>
    public bool Crashed { get; private set; }

    public void At(FaultPoint point, string what)
    {
        if (Interlocked.Increment(ref _met) != k) return;
        Crashed = true;
        throw new SimulatedCrashException($"{point} {what} (number {k})");
    }
}

namespace Updraft.Embedded.Tests;

/// <summary>Dies at the k-th point that it meets.</summary>
internal sealed class CrashAt(int k) : IFaults
{
    private int _met = -1;

    public void At(FaultPoint point, string what)
    {
        if (Interlocked.Increment(ref _met) == k) throw new SimulatedCrashException($"{point} {what} (number {k})");
    }
}

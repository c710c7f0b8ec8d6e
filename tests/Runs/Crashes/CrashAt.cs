using Updraft.Embedded;

namespace Updraft.Runs;

/// <summary>Dies at the k-th point that it meets.</summary>
internal sealed class CrashAt(int k) : IFaults
{
    private int _met = -1;

    /// <summary>Where it died; null when it did not.</summary>
    public string? Where { get; private set; }

    public void At(FaultPoint point, string what)
    {
        if (Interlocked.Increment(ref _met) != k) return;
        Where = $"{point} {what} (number {k})";
        throw new SimulatedCrashException(Where);
    }
}

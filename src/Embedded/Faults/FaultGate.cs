namespace Updraft.Embedded;

/// <summary>Passes on to the tests' faults, and lets nothing through once a crash was simulated.</summary>
internal sealed class FaultGate(IFaults? faults)
{
    private SimulatedCrashException? _crash;

    /// <summary>Called once, when the host dies.</summary>
    public event Action<SimulatedCrashException>? Crashed;

    public void At(FaultPoint point, string what)
    {
        if (faults is null) return;
        if (Volatile.Read(ref _crash) is { } earlier) throw earlier;
        try
        {
            faults.At(point, what);
        }
        catch (SimulatedCrashException crash)
        {
            if (Interlocked.CompareExchange(ref _crash, crash, null) is null) Crashed?.Invoke(crash);
            throw;
        }
    }
}

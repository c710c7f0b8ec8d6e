namespace Updraft.Embedded;

/// <summary>Passes on to the tests' faults, and lets nothing through once a crash was simulated.</summary>
internal sealed class FaultGate(IFaults? faults)
{
    private SimulatedCrash? _crash;

    /// <summary>Called once, when the host dies.</summary>
    public event Action<SimulatedCrash>? Crashed;

    public void At(FaultPoint point, string what)
    {
        if (faults is null) return;
        if (Volatile.Read(ref _crash) is { } earlier) throw earlier;
        try
        {
            faults.At(point, what);
        }
        catch (SimulatedCrash crash)
        {
            if (Interlocked.CompareExchange(ref _crash, crash, null) is null) Crashed?.Invoke(crash);
            throw;
        }
    }
}

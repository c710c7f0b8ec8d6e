using System.Runtime.InteropServices;

namespace Updraft.Cli;

/// <summary>Ctrl+C and the polite signal to end: the first cancels, the second leaves at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;

    public Interrupts() => _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Completes with the name of the first signal.</summary>
    public Task<string> First => _first.Task;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_first.TrySetResult(context.Signal == PosixSignal.SIGINT ? "Ctrl+C" : "a signal to end")) Environment.Exit(ExitCodes.Interrupted);
    }
}

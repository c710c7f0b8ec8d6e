namespace Updraft.FunctionApp.Tests;

/// <summary>
/// The one thread that may run an orchestrator's code in a turn. As with Durable Task, what follows from a completion is run at once; what
/// comes from any other thread was awaited elsewhere than from the context.
/// </summary>
internal sealed class OrchestratorThread : SynchronizationContext
{
    private int _thread = -1;

    /// <summary>Whether another thread would have gone on with the code.</summary>
    public bool Strayed { get; private set; }

    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    public void Run(Action turn)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            turn();
        }
        finally
        {
            _thread = -1;
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent) d(state);
        else Strayed = true;
    }

    public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

    public override SynchronizationContext CreateCopy() => this;
}

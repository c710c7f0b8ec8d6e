namespace Updraft.Embedded;

/// <summary>Runs what an orchestrator's code does in a turn: on one thread, in the order in which it was asked for.</summary>
internal sealed class TurnPump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Code, object? State)> _posted = new();
    private int _thread = -1;

    /// <summary>Whether something outside the context continued the code, which no replay could repeat.</summary>
    public bool Strayed { get; private set; }

    /// <summary>What the code threw where nobody awaits it.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether the caller runs inside a turn.</summary>
    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs code as a part of this turn, and all that follows from it.</summary>
    public void Run(Action code)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            code();
            while (_posted.TryDequeue(out var posted)) posted.Code(posted.State);
        }
        catch (Exception exception)
        {
            Fault ??= exception;
            _posted.Clear();
        }
        finally
        {
            _thread = -1;
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent) _posted.Enqueue((d, state));
        else Strayed = true;
    }

    public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

    public override SynchronizationContext CreateCopy() => this;
}

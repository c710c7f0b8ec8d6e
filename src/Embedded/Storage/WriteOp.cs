using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>One thing to write. Many share a transaction.</summary>
internal abstract class WriteOp
{
    /// <summary>The writer takes lanes in turn, so that one lane's flood does not hold up another's drop.</summary>
    public string Lane { get; init; } = "";

    /// <summary>Whether the write is held and tried again when it fails, because what is in memory is already ahead of it.</summary>
    public virtual bool IsRetried => false;

    /// <summary>Writes; called again when an earlier try failed, perhaps only in our eyes.</summary>
    public abstract void Apply(SqliteDb db);

    /// <summary>The transaction is durable: now its effects may be seen.</summary>
    public abstract void Committed(FaultGate faults);

    /// <summary>The transaction failed: whoever waits for it must know.</summary>
    public abstract void Failed(Exception exception);
}

/// <summary>A write that a caller waits for.</summary>
internal sealed class CallerWrite<T>(string what, Func<SqliteDb, T> apply, Action<T>? committed) : WriteOp
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Answer => _answer.Task;

    public override void Apply(SqliteDb db) => _result = apply(db);

    public override void Committed(FaultGate faults)
    {
        committed?.Invoke(_result);
        try
        {
            faults.At(FaultPoint.Replying, what);
            _answer.TrySetResult(_result);
        }
        catch (SimulatedStorageFaultException fault)
        {
            _answer.TrySetException(new UpdraftException(EngineErrors.Storage, "the answer was lost; whether it was written is not known", fault));
        }
    }

    public override void Failed(Exception exception) => _answer.TrySetException(exception);
}

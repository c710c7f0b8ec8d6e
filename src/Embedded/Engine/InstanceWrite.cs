namespace Updraft.Embedded;

/// <summary>A write of an instance that is no turn: a repair, an event to keep, its leaving memory.</summary>
internal sealed class InstanceWrite(Action<SqliteDb> apply, Action? committed = null, TaskCompletionSource? answer = null) : WriteOp
{
    public override bool IsRetried => true;

    public override void Apply(SqliteDb db) => apply(db);

    public override void Committed(FaultGate faults)
    {
        committed?.Invoke();
        if (answer is null) return;
        faults.At(FaultPoint.Replying, "instance");
        answer.TrySetResult();
    }

    public override void Failed(Exception exception) => answer?.TrySetException(exception);
}

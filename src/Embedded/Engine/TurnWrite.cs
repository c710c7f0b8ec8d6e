using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>The write of a turn. Only when it is committed do its activities start, and do those who raised its events hear so.</summary>
internal sealed class TurnWrite(Engine engine, Instance instance, InstanceRow row, int turn, TurnResult result) : WriteOp
{
    private readonly byte[] _data = TurnJson.Write(result.Received, result.Digest);

    /// <summary>Custom status that this turn set; null for none.</summary>
    public byte[]? CustomStatus { get; init; }

    /// <summary>Entries of the inbox that this turn took.</summary>
    public IReadOnlyList<long> FromInbox { get; init; } = [];

    /// <summary>Events that the next execution gets.</summary>
    public IReadOnlyList<InboxEntry> Carried { get; init; } = [];

    /// <summary>Those who raised the events that this turn took.</summary>
    public IReadOnlyList<TaskCompletionSource> Answers { get; init; } = [];

    /// <summary>Whether the instance is stored as one that only waits.</summary>
    public bool WasWaiting { get; init; }

    public override bool IsRetried => true;

    public override void Apply(SqliteDb db)
    {
        var time = result.Time.Ticks;
        if (result.End is not ExecutionAgain) InstanceTable.AppendTurn(db, row.N, row.Execution, turn, time, _data);
        if (CustomStatus is not null) InstanceTable.SetCustomStatus(db, row.N, CustomStatus);
        if (WasWaiting) InstanceTable.SetWaiting(db, row.N, waiting: false, null);
        foreach (var seq in FromInbox) InstanceTable.DeleteFromInbox(db, row.N, seq);
        switch (result.End)
        {
            case ExecutionCompleted completed:
                InstanceTable.End(db, row.N, OrchestrationRuntimeStatus.Completed, time, completed.Output, null);
                break;
            case ExecutionFailed failed:
                InstanceTable.End(db, row.N, OrchestrationRuntimeStatus.Failed, time, null, failed.Reason);
                break;
            case ExecutionAgain again:
                InstanceTable.DeleteHistory(db, row.N, row.Execution);
                InstanceTable.Restart(db, row.N, row.Execution + 1, time, again.Input);
                foreach (var entry in Carried) InstanceTable.AddToInbox(db, row.N, entry);
                break;
        }
    }

    public override void Committed(FaultGate faults)
    {
        if (result.End is null)
        {
            foreach (var asked in result.Asked)
                if (asked is AskedActivity activity) engine.StartActivity(row, activity);
        }
        foreach (var answer in Answers)
        {
            faults.At(FaultPoint.Replying, "event");
            answer.TrySetResult();
        }
        instance.Committed(ended: result.End is not null and not ExecutionAgain);
    }

    public override void Failed(Exception exception)
    {
        foreach (var answer in Answers) answer.TrySetException(exception);
    }
}

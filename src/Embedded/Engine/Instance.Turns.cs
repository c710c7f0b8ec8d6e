using System.Text.Json;

namespace Updraft.Embedded;

/// <content>Turns: bringing the code back to where it was, feeding it what came, writing what it asked for.</content>
internal sealed partial class Instance
{
    private void TakeTurn()
    {
        var piece = new WorkPiece(_row!.N, _row.Execution, WorkPiece.Turn);
        if (engine.Suspects.IsGuilty(piece))
        {
            Fail(EngineErrors.KillsHost, Suspects.Why);
            return;
        }
        var place = engine.AtWork.Begin(piece);
        try
        {
            TakeNotedTurn();
        }
        finally
        {
            engine.AtWork.End(place);
        }
    }

    private void TakeNotedTurn()
    {
        if (!IsInMemory() || _ended) return;
        ReadInbox();
        var first = _execution!.Turns == 0;
        _begun = true;
        if (!first && _due.Count == 0) return;
        var (received, answers, fromInbox) = TakeDue(first);
        if (!first && received.Count == 0)
        {
            if (_due.Count > 0) Post(GoOn.Message);
            return;
        }
        var result = _execution.Take(engine.Now, received);
        if (result.End is null && _execution.Stuck() is { } stuck) result = result with { End = new ExecutionFailed($"{stuck.Code}: {stuck.Message}") };
        if (!first && result.Received.Count == 0)
        {
            foreach (var answer in answers) answer.TrySetResult();
            return;
        }
        Store(result, answers, fromInbox);
        if (_due.Count > 0) Post(GoOn.Message);
    }

    /// <summary>Brings the code back to where it was. In weak mode, before every turn.</summary>
    private bool IsInMemory()
    {
        var stale = engine.Weak is not null && _execution is { Turns: > 0 } && _due.Count > 0;
        if (_execution is not null && !stale) return true;
        lock (_gate)
        {
            if (_commits > 0)
            {
                _turnAfterCommit = true;
                return false;
            }
        }
        _execution = null;
        if (!engine.Registry.TryGetOrchestrator(_row!.Name, out var code))
        {
            Fail(EngineErrors.UnknownOrchestrator, $"no orchestrator '{_row.Name}' is registered with this host");
            return false;
        }
        var execution = new Execution(_row, code, engine.Logging);
        if (!(_isNew && _row.Execution == 1 && !stale) && Replay(execution) is { } mismatch)
        {
            Fail(EngineErrors.ReplayMismatch,
                $"the replay of '{id}' ({_row.Name}) does not match its history, {mismatch}; the orchestrator has changed under a running instance, or takes from elsewhere than its context");
            return false;
        }
        _execution = execution;
        _storedStatus = execution.CustomStatus;
        Resume();
        return true;
    }

    private string? Replay(Execution execution)
    {
        try
        {
            foreach (var turn in engine.Database.Read(db => InstanceTable.ReadHistory(db, _row!.N, _row.Execution)))
                if (execution.Replay(turn) is { } mismatch) return mismatch;
            return null;
        }
        catch (JsonException exception)
        {
            return $"which is damaged: {exception.Message}";
        }
    }

    /// <summary>After a replay: what is awaited and not under way is started again.</summary>
    private void Resume()
    {
        foreach (var activity in _execution!.Activities)
            if (!IsDue(activity.Seq) && StartsWork(activity.Seq)) engine.StartActivity(_row!, activity);
        foreach (var timer in _execution.Timers)
            if (!IsDue(timer.Seq) && !_timers.ContainsKey(timer.Seq)) Arm(timer);
    }

    private bool IsDue(int seq) => _due.Exists(due => due.What switch
    {
        ActivityReturned returned => returned.Seq == seq,
        ActivityThrew threw => threw.Seq == seq,
        TimerFired fired => fired.Seq == seq,
        _ => false,
    });

    private void ReadInbox()
    {
        if (_inboxRead) return;
        foreach (var entry in engine.Database.Read(db => InstanceTable.ReadInbox(db, _row!.N, _inboxSeen)))
        {
            _due.Add(new(entry.Event, null, entry.Seq, 0));
            _inboxSeen = entry.Seq;
        }
        _inboxRead = true;
    }

    private (List<Received> Received, List<TaskCompletionSource> Answers, List<long> FromInbox) TakeDue(bool first)
    {
        var taken = _due;
        if (engine.Weak is { } weak && !first)
        {
            taken = _due.FindAll(due => due.RoundsLate == 0);
            _due.RemoveAll(due => due.RoundsLate == 0);
            for (var i = 0; i < _due.Count; i++) _due[i] = _due[i] with { RoundsLate = _due[i].RoundsLate - 1 };
            weak.Shuffle(taken);
        }
        var received = new List<Received>(taken.Count);
        List<TaskCompletionSource> answers = [];
        List<long> fromInbox = [];
        foreach (var due in taken)
        {
            received.Add(due.What);
            if (due.Answer is not null) answers.Add(due.Answer);
            if (due.InboxSeq > 0) fromInbox.Add(due.InboxSeq);
        }
        if (taken == _due) _due.Clear();
        return (received, answers, fromInbox);
    }

    private void Store(TurnResult result, List<TaskCompletionSource> answers, List<long> fromInbox)
    {
        var execution = _execution!;
        var row = _row!;
        IReadOnlyList<InboxEntry> carried = [];
        if (result.End is ExecutionAgain again)
        {
            if (engine.Weak is null) carried = [.. execution.Buffered.Select(came => new InboxEntry(engine.NextInbox(), came))];
            Restart(again.Input);
        }
        else if (result.End is not null)
        {
            if (result.End is ExecutionFailed failed) engine.LogFailed(id, failed.Reason);
            End();
        }
        else
        {
            foreach (var asked in result.Asked) Begin(asked);
        }
        var status = ReferenceEquals(execution.CustomStatus, _storedStatus) ? null : execution.CustomStatus;
        _storedStatus = execution.CustomStatus;
        var write = new TurnWrite(engine, this, row, execution.Turns, result)
        {
            Lane = row.Lane,
            CustomStatus = status,
            FromInbox = fromInbox,
            Carried = carried,
            Answers = answers,
            WasWaiting = _waitingStored,
        };
        _waitingStored = false;
        EngineMetrics.Turn(row.Lane);
        Enqueue(write);
    }

    private void Begin(Asked asked)
    {
        switch (asked)
        {
            case AskedActivity activity:
                StartsWork(activity.Seq);
                break;
            case AskedTimer timer:
                Arm(timer);
                break;
            case AskedNoTimer(var seq) when _timers.Remove(seq, out var wakeUp):
                engine.Timers.Remove(wakeUp);
                break;
        }
    }

    private void Arm(AskedTimer timer)
    {
        if (timer.At <= engine.Now) Post(new Delivery(_row!.N, _row.Execution, new TimerFired(timer.Seq)));
        else _timers[timer.Seq] = engine.Timers.Add(timer.At.Ticks, id, _row!.N, _row.Execution, timer.Seq);
    }
}

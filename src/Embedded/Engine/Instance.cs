using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>
/// An instance in memory. What comes to it waits in its mailbox until a worker of its lane takes a turn with all of it. Turns go on while
/// the commits of those before are under way: commits keep the order.
/// </summary>
internal sealed partial class Instance(Engine engine, string id, InstanceRow? row = null)
{
    private readonly Lock _gate = new();
    private List<InstanceMessage> _mailbox = [];
    private bool _scheduled, _gone, _turnAfterCommit;
    private int _commits;
    private long _stamp;

    // What only the worker touches that takes a turn, and the eviction while none does.
    private readonly bool _isNew = row is not null;
    private readonly List<Due> _due = [];
    private readonly Dictionary<int, WakeUp> _timers = [];
    private readonly HashSet<int> _atWork = [];
    private List<InstanceMessage> _taken = [];
    private InstanceRow? _row = row;
    private Lane _lane = engine.LaneOf(row?.Lane ?? "default");
    private Execution? _execution;
    private byte[]? _storedStatus;
    private long _inboxSeen;
    private bool _inboxRead = row is not null, _begun = row is null, _ended, _waitingStored;
    private bool? _isDriven;

    /// <summary>The instance's id.</summary>
    public string Id => id;

    /// <summary>Puts a message into the mailbox; false when the instance has left memory.</summary>
    public bool Post(InstanceMessage message, bool here = false)
    {
        lock (_gate)
        {
            if (_gone) return false;
            _mailbox.Add(message);
            if (_scheduled) return true;
            _scheduled = true;
        }
        engine.Work.Add();
        _lane.Ready(this, here);
        return true;
    }

    /// <summary>Works off the mailbox. One worker at a time.</summary>
    public void Run()
    {
        lock (_gate)
        {
            (_mailbox, _taken) = (_taken, _mailbox);
            _stamp++;
        }
        var held = false;
        try
        {
            if (!engine.IsOver) Handle();
            else foreach (var message in _taken) Answer(message, engine.WhyOver);
        }
        catch (Exception failure) when (failure is UpdraftException || engine.IsOver)
        {
            // The store could not be read. Nothing is lost: what came is still here.
            engine.Hold(this, failure);
            held = true;
        }
        if (!held) _taken.Clear();
        bool again;
        lock (_gate)
        {
            if (held) _mailbox.InsertRange(0, _taken);
            again = _mailbox.Count > 0 && !held;
            _scheduled = again;
        }
        if (held) _taken.Clear();
        if (again) _lane.Ready(this);
        else
        {
            CheckIdle();
            engine.Work.Done();
        }
    }

    /// <summary>A write of this instance is durable.</summary>
    public void Committed(bool ended)
    {
        bool next;
        List<InstanceMessage> late = [];
        lock (_gate)
        {
            _commits--;
            next = _turnAfterCommit && _commits == 0;
            if (next) _turnAfterCommit = false;
            if (ended)
            {
                _gone = true;
                (late, _mailbox) = (_mailbox, []);
            }
        }
        if (ended)
        {
            engine.Remove(this);
            foreach (var message in late) Answer(message, null);
            engine.Ended(id);
            return;
        }
        if (next) Post(Continue.Message);
        CheckIdle();
    }

    /// <summary>Leaves memory if nothing has come since it was found idle: from then on a row, and one entry among the timers.</summary>
    public void Evict(long stamp)
    {
        lock (_gate)
        {
            if (stamp != _stamp || !IsIdle || _due.Count > 0) return;
            var wakeAt = _timers.Count > 0 ? _timers.Values.Min(timer => timer.At) : (long?)null;
            if (!_waitingStored)
            {
                var n = _row!.N;
                engine.Writer.Enqueue(new InstanceWrite(db => InstanceTable.SetWaiting(db, n, waiting: true, wakeAt)) { Lane = _row.Lane });
            }
            StopTimers();
            if (wakeAt is { } at) engine.WakeLater(id, at);
            _gone = true;
        }
        engine.Remove(this);
    }

    private bool IsIdle => !_scheduled && !_gone && !_ended && _commits == 0 && _atWork.Count == 0;

    private bool MayRun => engine.IsStarted && !_ended && !_row!.IsSuspended && (_isDriven ??= engine.Drives(_row));

    // Caller does not hold the lock.
    private void CheckIdle()
    {
        long stamp;
        lock (_gate)
        {
            if (!IsIdle) return;
            if (_execution is null && _due.Count == 0 && _mailbox.Count == 0)
            {
                _gone = true;
                stamp = -1;
            }
            else
            {
                stamp = _stamp;
            }
        }
        if (stamp < 0) engine.Remove(this);
        else engine.Idle(this, stamp);
    }

    private void Handle()
    {
        if (_row is null && !Load())
        {
            foreach (var message in _taken) Answer(message, null);
            return;
        }
        foreach (var message in _taken) Handle(message);
        _taken.Clear();
        if (MayRun) TakeTurn();
    }

    private bool Load()
    {
        if (engine.Find(id) is not { IsOpen: true } row) return false;
        _row = row;
        _lane = engine.LaneOf(row.Lane);
        _waitingStored = row.IsWaiting;
        engine.CameBack(id);
        return true;
    }

    private void Handle(InstanceMessage message)
    {
        switch (message)
        {
            case Delivery delivery when delivery.N == _row!.N && delivery.Execution == _row.Execution && !_ended:
                Receive(delivery.What);
                break;
            case Raised raised when _ended:
                raised.Answer.TrySetResult();
                break;
            case Raised raised when MayRun:
                Receive(raised);
                break;
            case Raised raised:
                Keep(raised);
                break;
            case Continue:
                _inboxRead = false;
                break;
            case Repair repair when _ended:
                repair.Answer.TrySetResult();
                break;
            case Repair repair:
                Do(repair);
                break;
        }
    }

    private void Receive(Received what)
    {
        switch (what)
        {
            case ActivityReturned returned:
                Returned(returned.Seq);
                break;
            case ActivityThrew threw:
                Returned(threw.Seq);
                break;
            case TimerFired fired:
                _timers.Remove(fired.Seq);
                break;
        }
        _due.Add(new(what, null, 0, engine.Weak?.RoundsLate() ?? 0));
    }

    private void Receive(Raised raised)
    {
        if (engine.Weak is { } weak)
        {
            if (!_begun && weak.LosesEarlyEvent())
            {
                raised.Answer.TrySetResult();
                return;
            }
            if (weak.ComesTwice()) _due.Add(new(raised.Event, null, 0, weak.RoundsLate()));
        }
        _due.Add(new(raised.Event, raised.Answer, 0, engine.Weak?.RoundsLate() ?? 0));
    }

    /// <summary>An instance that takes no turns keeps its events in the store.</summary>
    private void Keep(Raised raised)
    {
        var entry = new InboxEntry(engine.NextInbox(), raised.Event);
        var n = _row!.N;
        Write(db => InstanceTable.AddToInbox(db, n, entry), raised.Answer);
    }

    private void Do(Repair repair)
    {
        var (n, now) = (_row!.N, engine.Now.Ticks);
        switch (repair.Kind)
        {
            case RepairKind.Terminate:
                End();
                Write(db => InstanceTable.End(db, n, OrchestrationRuntimeStatus.Terminated, now, null, repair.Reason ?? "terminated"), repair.Answer, ends: true);
                break;
            default:
                _row = _row with { IsSuspended = repair.Kind == RepairKind.Suspend };
                var suspended = _row.IsSuspended;
                // What was kept meanwhile is read once it is committed.
                if (!suspended) AfterCommits();
                Write(db => InstanceTable.SetSuspended(db, n, suspended), repair.Answer);
                break;
        }
    }

    private void StopTimers()
    {
        foreach (var timer in _timers.Values) engine.Timers.Remove(timer);
        _timers.Clear();
    }

    /// <summary>The next execution begins once this one's end is committed.</summary>
    private void Restart(byte[]? input)
    {
        StopTimers();
        lock (_gate) _atWork.Clear();
        _due.RemoveAll(due => due.What is not EventCame);
        _row = _row! with { Execution = _row.Execution + 1, Input = input };
        _execution = null;
        _storedStatus = null;
        _inboxRead = false;
        AfterCommits();
    }

    private void Fail(string code, string reason)
    {
        engine.LogFailed(id, reason);
        End();
        var (n, now) = (_row!.N, engine.Now.Ticks);
        Write(db => InstanceTable.End(db, n, OrchestrationRuntimeStatus.Failed, now, null, $"{code}: {reason}"), answer: null, ends: true);
    }

    private void End()
    {
        _ended = true;
        _execution = null;
        StopTimers();
        lock (_gate) _atWork.Clear();
        foreach (var due in _due) due.Answer?.TrySetResult();
        _due.Clear();
    }

    private void Write(Action<SqliteDb> apply, TaskCompletionSource? answer, bool ends = false) =>
        Enqueue(new InstanceWrite(apply, () => Committed(ends), answer) { Lane = _row!.Lane });

    private void Enqueue(WriteOp write)
    {
        lock (_gate) _commits++;
        engine.Writer.Enqueue(write);
    }

    private void AfterCommits()
    {
        lock (_gate) _turnAfterCommit = true;
    }

    private bool StartsWork(int seq)
    {
        lock (_gate) return _atWork.Add(seq);
    }

    private void Returned(int seq)
    {
        lock (_gate) _atWork.Remove(seq);
    }

    private static void Answer(InstanceMessage message, Exception? failure)
    {
        var answer = message switch
        {
            Raised raised => raised.Answer,
            Repair repair => repair.Answer,
            _ => null,
        };
        if (failure is null) answer?.TrySetResult();
        else answer?.TrySetException(failure);
    }

    /// <summary>What waits for a turn.</summary>
    private readonly record struct Due(Received What, TaskCompletionSource? Answer, long InboxSeq, int RoundsLate);
}

using System.Globalization;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Due times: a task that is later than its due says so, once in each opening of the run. One timer, for whichever is due next.
internal sealed partial class RunState
{
    public const string DueTimer = "due";

    private readonly PriorityQueue<TaskInstance, DateTime> _due = new();
    private readonly SortedDictionary<int, TimeSpan?> _usual = [];
    private DateTime? _dueTimerAt;

    /// <summary>Watches over an instance's due time, once it can be told: at its creation, or when its first try starts.</summary>
    private void WatchDue(TaskInstance instance)
    {
        if (instance.Task.Spec.Due is not { } due || instance.State.IsFinal() || instance.LateIn == Opened) return;
        if (DueOf(instance, due) is { } at) _due.Enqueue(instance, at);
        else if (due.Factor is not null && instance.FirstStartedAt is not null) AskUsual(instance.Task);
    }

    /// <summary>When an instance is due; null when that cannot be told (yet). A run that was opened again is not late by its logical date.</summary>
    private DateTime? DueOf(TaskInstance instance, DueSpec due) => due switch
    {
        { After: { } after, From: DueFrom.LogicalDate } => Opened > 0 ? null : _scope.LogicalDate + after,
        { After: { } after } => instance.FirstStartedAt + after,
        { Factor: { } factor } => instance.FirstStartedAt + factor * _usual.GetValueOrDefault(instance.Task.Index),
        _ => null,
    };

    private void AskUsual(PlanTask task)
    {
        if (_usual.TryAdd(task.Index, null))
            _effects.Call(string.Create(CultureInfo.InvariantCulture, $"u:{task.Index}"), ActivityNames.UsualDuration, new UsualDuration(_plan.Spec.Name, task.Id));
    }

    private void UsualRead(int task, TimeSpan? usual)
    {
        _usual[task] = usual;
        if (usual is null) return;
        foreach (var instance in _instances)
            if (instance.Task.Index == task && instance.IsShown) WatchDue(instance);
    }

    private void SomeAreDue()
    {
        _dueTimerAt = null;
        while (_due.TryPeek(out var instance, out var at) && at <= _now)
        {
            _due.Dequeue();
            if (!instance.State.IsFinal() && instance.IsShown && instance.LateIn != Opened && DueOf(instance, instance.Task.Spec.Due!) == at) IsLate(instance, at);
        }
    }

    private void IsLate(TaskInstance instance, DateTime due)
    {
        instance.LateIn = Opened;
        var reason = string.Create(CultureInfo.InvariantCulture, $"'{instance}' of run '{_scope.RunId}' is late: it was due at {due:yyyy-MM-ddTHH:mm:ssZ} and is {StateText(instance.State)}");
        Owe(instance, new Moment { Kind = MomentKind.LateAlert, Try = instance.Try, Opened = Opened > 0 ? Opened : null, State = instance.State, Reason = reason, At = _now });
        Fire(instance, CallbackKind.Late, instance.State, reason);
    }

    /// <summary>Sets the timer for who is due next; those who have ended in time are forgotten on the way.</summary>
    private void SetDueTimer()
    {
        while (_due.TryPeek(out var first, out var at))
        {
            if (first.State.IsFinal() || !first.IsShown)
            {
                _due.Dequeue();
                continue;
            }
            if (_dueTimerAt != at) _effects.Timer(DueTimer, (_dueTimerAt = at).Value);
            return;
        }
        if (_dueTimerAt is null) return;
        _dueTimerAt = null;
        _effects.CancelTimer(DueTimer);
    }

    private static string StateText(TaskState state) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}

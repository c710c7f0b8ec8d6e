using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Moments of the run: the callbacks of its end, and that it is late.
internal sealed partial class RunMachine
{
    private const string DueTimer = "run-due";
    private const string Usual = "run-usual";

    private TimeSpan? _usual;

    /// <summary>What follows from an end: the DAG's actor is told, and callbacks are fired. A cancelled run fires none.</summary>
    private void HasEndedNow(DateTime now, Effects effects)
    {
        effects.CancelTimer(DueTimer);
        TellDag(effects);
        if (_body.Status is not RunStatus.Cancelled) Fire(_body.Status is RunStatus.Success ? CallbackKind.Success : CallbackKind.Failure, _body.Reason, now, effects);
    }

    private void Fire(CallbackKind kind, string? reason, DateTime now, Effects effects)
    {
        if (_plan.Spec.Callbacks.Of(kind).IsEmpty) return;
        _state.Outbox.Owe(string.Create(CultureInfo.InvariantCulture, $"e:{kind}/{_body.Opened}"), ActivityNames.FireCallbacks, new FireCallbacks
        {
            RunId = _scope.RunId,
            Opened = _body.Opened,
            Kind = kind,
            State = JsonNamingPolicy.SnakeCaseLower.ConvertName(_body.Status.ToString()),
            Reason = reason,
            At = Utc(now),
        }, effects);
    }

    /// <summary>Sets the timer of the run's due time, once it can be told.</summary>
    private void WatchDue(Effects effects)
    {
        if (_plan.Spec.Due is not { } due || HasEnded || _body.LateIn == _body.Opened) return;
        if (DueOf(due) is { } at) effects.Timer(DueTimer, at);
        else if (due.Factor is not null && _body.StartedAt is not null && _usual is null) effects.Call(Usual, ActivityNames.UsualDuration, new UsualDuration(_plan.Spec.Name));
    }

    /// <summary>When the run is due; null when that cannot be told (yet). One that was opened again is not late by its logical date.</summary>
    private DateTime? DueOf(DueSpec due) => due switch
    {
        { After: { } after, From: DueFrom.LogicalDate } => _body.Opened > 0 ? null : _request.LogicalDate.UtcDateTime + after,
        { After: { } after } when _body.Status is not RunStatus.Queued => _body.StartedAt + after,
        { Factor: { } factor } when _body.Status is not RunStatus.Queued => _body.StartedAt + factor * _usual,
        _ => null,
    };

    private void UsualRead(UsualDurationRead usual, Effects effects)
    {
        _usual = usual.Median;
        if (_usual is not null) WatchDue(effects);
    }

    private void IsLate(DateTime now, Effects effects)
    {
        if (HasEnded || _body.LateIn == _body.Opened || DueOf(_plan.Spec.Due!) is not { } due) return;
        Change(_body with { LateIn = _body.Opened });
        var reason = string.Create(CultureInfo.InvariantCulture, $"run '{_scope.RunId}' is late: it was due at {due:yyyy-MM-ddTHH:mm:ssZ} and is {JsonNamingPolicy.SnakeCaseLower.ConvertName(_body.Status.ToString())}");
        _state.Outbox.Owe(string.Create(CultureInfo.InvariantCulture, $"e:late/{_body.Opened}"), ActivityNames.RaiseAlert, new Alert
        {
            Id = Alert.IdOf(AlertKinds.LateRun, _scope.RunId, _body.Opened.ToString(CultureInfo.InvariantCulture)),
            Kind = AlertKinds.LateRun,
            Dag = _request.Dag,
            RunId = _scope.RunId,
            Message = reason,
            At = Utc(now),
        }, effects);
        Fire(CallbackKind.Late, reason, now, effects);
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}

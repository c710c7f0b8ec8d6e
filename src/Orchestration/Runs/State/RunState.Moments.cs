using System.Collections.Immutable;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Moments of instances of which something must be done: callbacks, datasets, alerts. They stay with the instance until that has been done.
internal sealed partial class RunState
{
    private int _owing;

    /// <summary>Whether nothing is left to be done of any moment: only then an actor may end.</summary>
    public bool OwesNothing => _owing == 0 && Outbox.IsEmpty;

    /// <summary>How often the run was opened again.</summary>
    public int Opened { get; set; }

    /// <summary>Fires the callbacks of a moment, if the task has such.</summary>
    private void Fire(TaskInstance instance, CallbackKind kind, TaskState state, string? reason)
    {
        if (instance.Task.Spec.Callbacks.Of(kind).IsEmpty) return;
        Owe(instance, new Moment
        {
            Kind = (MomentKind)kind, Try = instance.Try, State = state, Reason = reason, At = _now, Opened = kind is CallbackKind.Late && Opened > 0 ? Opened : null,
        });
    }

    private void Owe(TaskInstance instance, Moment moment)
    {
        if (instance.Moments.Any(other => KeyOf(other) == KeyOf(moment))) return;
        instance.Moments = instance.Moments.Add(moment);
        _owing++;
        Changed(instance);
        Do(instance, moment);
    }

    private void Do(TaskInstance instance, Moment moment)
    {
        var (activity, input) = moment.Kind switch
        {
            MomentKind.Datasets => (ActivityNames.RecordDatasets, (object)new RecordDatasets(_scope.RunId, instance.Task.Id, instance.PlaceText, moment.Try, moment.Made!.Value, Utc(moment.At))),
            MomentKind.LateAlert or MomentKind.KillAlert => (ActivityNames.RaiseAlert, AlertOf(instance, moment)),
            _ => (ActivityNames.FireCallbacks, CallbacksOf(instance, moment)),
        };
        _effects.Call($"f:{instance.Number}/{KeyOf(moment)}", activity, input);
    }

    private void Done(TaskInstance instance, string call)
    {
        if (instance.Moments.FirstOrDefault(moment => call.EndsWith("/" + KeyOf(moment), StringComparison.Ordinal)) is not { } done) return;
        instance.Moments = instance.Moments.Remove(done);
        _owing--;
        Changed(instance);
    }

    private void DoAgain(TaskInstance instance, string call)
    {
        if (instance.Moments.FirstOrDefault(moment => call.EndsWith("/" + KeyOf(moment), StringComparison.Ordinal)) is { } moment) Do(instance, moment);
    }

    /// <summary>Does again what may have been lost with an execution, while the rest of the run stands still.</summary>
    public void AskForMoments(Effects effects, DateTime now)
    {
        (_effects, _now) = (effects, now);
        foreach (var instance in _instances) DoAgain(instance);
    }

    private void DoAgain(TaskInstance instance)
    {
        foreach (var moment in instance.Moments) Do(instance, moment);
    }

    private static string KeyOf(Moment moment) => string.Create(CultureInfo.InvariantCulture, $"{moment.Kind}-{moment.Try}-{moment.Opened ?? 0}");

    private FireCallbacks CallbacksOf(TaskInstance instance, Moment moment) => new()
    {
        RunId = _scope.RunId,
        TaskId = instance.Task.Id,
        Place = instance.PlaceText,
        Keys = [.. instance.Keys],
        Try = moment.Try,
        Opened = moment.Opened ?? 0,
        Kind = (CallbackKind)moment.Kind,
        State = StateText(moment.State),
        Reason = moment.Reason,
        At = Utc(moment.At),
    };

    private Alert AlertOf(TaskInstance instance, Moment moment)
    {
        var (kind, cause) = moment.Kind is MomentKind.KillAlert ? (AlertKinds.KillUnconfirmed, moment.Try) : (AlertKinds.LateTask, moment.Opened ?? 0);
        return new()
        {
            Id = Alert.IdOf(kind, _scope.RunId, instance.Task.Id, instance.PlaceText, cause.ToString(CultureInfo.InvariantCulture)),
            Kind = kind,
            Dag = _plan.Spec.Name,
            RunId = _scope.RunId,
            Task = instance.ToString(),
            Message = Shorten(moment.Reason!),
            At = Utc(moment.At),
        };
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private void Record(TaskInstance instance, ImmutableArray<DatasetOutput>? made)
    {
        if (made is { IsDefaultOrEmpty: false }) Owe(instance, new Moment { Kind = MomentKind.Datasets, Try = instance.Try, State = TaskState.Success, At = instance.EndedAt ?? _now, Made = made });
    }

    /// <summary>The callbacks of an instance that has become final by itself.</summary>
    private void FireFinal(TaskInstance instance, TaskState state, string? reason)
    {
        switch (state)
        {
            case TaskState.Success: Fire(instance, CallbackKind.Success, state, reason); break;
            case TaskState.Failed: Fire(instance, StartsGroupAgain(instance) ? CallbackKind.Retry : CallbackKind.Failure, state, reason); break;
            case TaskState.Skipped when _stopping is null: Fire(instance, CallbackKind.Skip, state, reason); break;
            default: break;
        }
    }

    /// <summary>Whether its failure starts a group around it again, so that it is not for good.</summary>
    private bool StartsGroupAgain(TaskInstance instance) => _stopping is null && instance.Task.Counts
        && instance.Task.RetryGroups.Where(IsHeldHere).Select(group => GroupOf(instance, group)).ToArray() is { Length: > 0 } groups
        && groups.All(group => group.Phase is GroupPhase.Running) && groups.Any(group => group.HasAttemptsLeft);
}

using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Attempts: from "may start" to a final state.
internal sealed partial class RunState
{
    /// <summary>How often a worker may be lost before the try has failed.</summary>
    private const int MaxLosses = 3;

    private static readonly TimeSpan LossDelay = TimeSpan.FromSeconds(1);

    private void Schedule(TaskInstance instance)
    {
        instance.State = TaskState.Scheduled;
        instance.ScheduledAt = _now;
        Ready(instance);
        Changed(instance);
        Admit(instance);
    }

    /// <summary>Starts an instance unless something is in its way; it then waits there, holding nothing within the run.</summary>
    private void Admit(TaskInstance instance)
    {
        if (instance is not { State: TaskState.Scheduled, IsShown: true, Clearing: null }) return;
        if (_stopping is not null && !instance.Task.IsTeardown) return; // It is about to be skipped: what held it up is let go before.
        if (IsPaused)
        {
            _heldByPause.Add(instance);
            Wait(instance, "the run is paused");
            return;
        }
        if (!PastAllows(instance) || !TakePlaces(instance)) return;
        if (NeedsLimitKey(instance)) _effects.Call(NewKey('l', instance), ActivityNames.RenderLimitKey, Request(instance, instance.Try + 1), ReadsDocument(instance.Task));
        else if (PoolAsks(instance) is { IsEmpty: false } asks && instance.Pools is not PoolHold.Held) AskForPools(instance, asks);
        else Start(instance);
    }

    /// <summary>Takes the places that limits within the run leave: of its maps, of the run. All or none.</summary>
    private bool TakePlaces(TaskInstance instance)
    {
        if (instance.HoldsPlaces) return true;
        var taken = new List<Limiter>();
        foreach (var (limiter, order) in LimitersOf(instance))
        {
            if (limiter.TryTake())
            {
                taken.Add(limiter);
                continue;
            }
            limiter.Wait(instance, PriorityOf(instance), order);
            foreach (var other in taken) GiveBack(other);
            Wait(instance, limiter == _activeTasks ? $"the run has {limiter.Max} tasks at work" : $"{limiter.Max} instances of '{instance.Task.Region.Id}' are at work");
            return false;
        }
        instance.HoldsPlaces = true;
        for (var at = instance.Home; at is not null; at = at.Parent) at.AtWork++;
        return true;
    }

    /// <summary>The limits in whose count an instance would be the next. A mapped instance counts once, however many of its tasks are at work.</summary>
    private IEnumerable<(Limiter Limiter, long Order)> LimitersOf(TaskInstance instance)
    {
        for (var at = instance.Home; at?.Expansion is { } expansion; at = at.Parent)
            if (at.AtWork == 0 && PlacesOf(expansion) is { } places) yield return (places, at.Slot);
        if (_activeTasks is not null) yield return (_activeTasks, 0);
    }

    private Limiter? PlacesOf(Expansion expansion) =>
        expansion == _own ? expansion.Places ??= _scope.Part!.MaxActive is { } lent ? new Limiter(lent) : null
        : IsMine(expansion.Region) && expansion.Region.Map!.MaxActive is { } max ? expansion.Places ??= new Limiter(max)
        : null;

    private void GiveBackPlaces(TaskInstance instance)
    {
        if (!instance.HoldsPlaces) return;
        instance.HoldsPlaces = false;
        for (var at = instance.Home; at is not null; at = at.Parent) at.AtWork--;
        for (var at = instance.Home; at?.Expansion is { } expansion; at = at.Parent)
            if (at.AtWork == 0 && PlacesOf(expansion) is { } places) GiveBack(places);
        if (_activeTasks is not null) GiveBack(_activeTasks);
    }

    private void GiveBack(Limiter limiter)
    {
        if (limiter.GiveBack() is { } next) Admit(next);
    }

    private void Start(TaskInstance instance)
    {
        instance.Try++;
        instance.TriesInRound++;
        (instance.Losses, instance.Reason, instance.Code) = (0, null, null);
        (instance.StartedAt, instance.EndedAt) = (_now, null);
        if (instance.Task.Spec.Due is not null && instance.FirstStartedAt is null)
        {
            instance.FirstStartedAt = _now;
            WatchDue(instance);
        }
        if (instance.Task.Spec.TaskTimeout is { } bound && instance.TaskDeadline is null)
        {
            instance.TaskDeadline = _now + (instance.TaskTimeLeft ?? bound);
            instance.TaskTimeLeft = null;
            _effects.Timer($"t:{instance.Number}", instance.TaskDeadline.Value);
        }
        instance.State = instance.Task.Kind is OperatorKind.Run ? TaskState.Running : TaskState.Waiting;
        Changed(instance);
        CallAttempt(instance);
        WaitOutsidePools(instance);
    }

    private void CallAttempt(TaskInstance instance)
    {
        var request = Request(instance, instance.Try);
        if (instance.Task.Kind is OperatorKind.Run)
        {
            instance.IsCalled = true;
            _effects.Call($"a:{instance.Number}", ActivityNames.RunAttempt, request, ReadsDocument(instance.Task));
            return;
        }
        var job = new JobRequest
        {
            Attempt = request,
            Sensor = instance.Task.Kind is OperatorKind.Sensor,
            Timeout = instance.Task.Spec.Timeout,
            Parent = _scope.Self,
            ParentKey = instance.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        var start = new StartActor { Id = JobOf(request.AttemptId), Request = JsonSerializer.SerializeToElement(job, OrchestrationJson.Options), Lane = _scope.Lane, Tags = _scope.Tags };
        var waits = instance.Task.Kind is OperatorKind.Sensor;
        if (waits) instance.IsCalled = true;
        _effects.Call(NewKey('j', instance), waits ? ActivityNames.StartWait : ActivityNames.StartActor, start, afterPublish: true);
    }

    /// <summary>A sensor waits, or its condition is known to hold.</summary>
    private void WaitStarted(TaskInstance instance, StartedWait started)
    {
        if (!instance.IsCalled || started.AttemptId != AttemptId(instance, instance.Try)) return;
        instance.IsCalled = false;
        if (started.Result is { } result) Ended(instance, result);
        else if (instance.State is TaskState.Stopping) Kill(instance); // Only now it is known what there is to stop.
    }

    private void WaitThrew(TaskInstance instance, Threw threw)
    {
        if (instance is not { IsCalled: true, Task.Kind: OperatorKind.Sensor }) return;
        instance.IsCalled = false;
        if (instance.State is TaskState.Stopping) Kill(instance);
        else Ended(instance, Crashed(threw) with { Code = WaitErrors.NotBegun });
    }

    private ActorId JobOf(string attemptId) => JobPaths.Under(_scope.RunPath, attemptId);

    private void JobEnded(AttemptEnded ended)
    {
        var instance = InstanceAt(ended.Key);
        if (instance.State.IsActive() && ended.AttemptId == AttemptId(instance, instance.Try)) Ended(instance, ended.Result);
    }

    /// <summary>An attempt has ended, and nothing of it is at work any more.</summary>
    private void Ended(TaskInstance instance, AttemptResult result)
    {
        instance.IsCalled = false;
        if (!instance.State.IsActive()) return;
        if (result.StartedAt is { } started) instance.StartedAt = started.UtcDateTime;
        if (result.Outcome is AttemptOutcome.Lost && instance.Stop is null && ++instance.Losses < MaxLosses)
        {
            instance.Reason = result.Reason ?? "its worker vanished; the try runs again";
            instance.ReadyAt = null;
            Changed(instance);
            _effects.Timer($"w:{instance.Number}", _now + LossDelay * instance.Losses);
            return;
        }
        instance.EndedAt = result.EndedAt?.UtcDateTime ?? _now;
        CausedBy(instance.EndedAt);
        GiveBackPlaces(instance);
        GiveBackPools(instance);
        if (instance.Stop is { } stop)
        {
            _effects.CancelTimer($"k:{instance.Number}");
            if (stop.Kind is StopKind.Clear or StopKind.Mark || result.Outcome is not AttemptOutcome.Success)
            {
                Stopped(instance, stop);
                return;
            }
        }
        switch (result.Outcome)
        {
            case AttemptOutcome.Success: Succeeded(instance, result); break;
            case AttemptOutcome.Skipped: Finish(instance, TaskState.Skipped, result.Reason, result.Code); break;
            case AttemptOutcome.FailedForGood: Finish(instance, TaskState.Failed, result.Reason, result.Code); break;
            default: RetryOrFail(instance, result); break;
        }
    }

    private void Succeeded(TaskInstance instance, AttemptResult result)
    {
        instance.Output = result.Output;
        if (instance.Task.Spec.Kind is not TaskKind.Work)
        {
            var choice = BranchAnswer.Read(_plan, instance.Task, result.Output, out var problem);
            if (choice is null)
            {
                Finish(instance, TaskState.Failed, problem, RunErrors.BranchAnswer);
                return;
            }
            instance.Choice = choice;
        }
        Record(instance, result.Produced);
        Finish(instance, TaskState.Success, null);
    }

    private void RetryOrFail(TaskInstance instance, AttemptResult result)
    {
        var retry = instance.Task.Spec.Retry;
        if (instance.TriesInRound > retry.Retries || (_stopping is not null && !instance.Task.IsTeardown))
        {
            Finish(instance, TaskState.Failed, result.Reason, result.Code);
            return;
        }
        instance.State = TaskState.UpForRetry;
        (instance.Reason, instance.Code) = (result.Reason, result.Code);
        instance.DueAt = _now + RetryDelays.Of(retry, instance.TriesInRound, AttemptId(instance, instance.Try));
        Changed(instance);
        _effects.Timer($"r:{instance.Number}", instance.DueAt.Value);
        Fire(instance, CallbackKind.Retry, instance.State, instance.Reason);
    }

    private void RetryDue(TaskInstance instance)
    {
        if (instance.State is not TaskState.UpForRetry) return;
        instance.DueAt = null;
        Schedule(instance);
    }

    private void TryAgainAfterLoss(TaskInstance instance)
    {
        if (instance.State is TaskState.Running or TaskState.Waiting) CallAttempt(instance);
        else if (instance.State is TaskState.Stopping) Ended(instance, new AttemptResult { Outcome = AttemptOutcome.Stopped });
    }

    private void Fail(TaskInstance instance, AttemptResult result, char call)
    {
        if (instance.State is not TaskState.Scheduled) return;
        GiveBackPlaces(instance);
        LeavePoolQueue(instance);
        Finish(instance, TaskState.Failed, $"{(call == 'p' ? "could not take its pools" : "could not read its limit's key")}: {result.Reason}", result.Code);
    }

    private void Wait(TaskInstance instance, string reason)
    {
        instance.Reason = reason;
        instance.IsHeld = true;
        Changed(instance);
    }

    private AttemptRequest Request(TaskInstance instance, int attempt) => new()
    {
        AttemptId = AttemptId(instance, attempt),
        RunId = _scope.RunId,
        DagHash = _scope.DagHash,
        TaskId = instance.Task.Id,
        Place = PlaceOf(instance.Home),
        Try = attempt,
        Inputs = InputsFor(instance.Task.Reads, instance.Home),
        Weight = instance.Task.Weight,
        ReadyAt = instance.ReadyAt is { } ready ? new DateTimeOffset(DateTime.SpecifyKind(ready, DateTimeKind.Utc)) : null,
        Held = instance is { ReadyAt: not null, IsHeld: true } ? true : null,
    };

    private string AttemptId(TaskInstance instance, int attempt)
    {
        var place = instance.PlaceText;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_scope.RunId}/{instance.Task.Id}{(place.Length > 0 ? "/" : "")}{place}/{attempt}");
    }

    private ImmutableArray<MapPlace> PlaceOf(RegionInstance home) =>
        [.. home.Path.Select(at => new MapPlace(at.Region.Id, at.Slot, at.Key, ItemsPath(at.Expansion!, at.Expansion!.Count)))];

    /// <summary>The single outputs that are read; lists and instances by key are read from the run document.</summary>
    private ImmutableSortedDictionary<string, OutputRef> InputsFor(ImmutableArray<OutputReference> reads, RegionInstance home)
    {
        var inputs = ImmutableSortedDictionary.CreateBuilder<string, OutputRef>(StringComparer.Ordinal);
        foreach (var read in reads)
        {
            if (read.Form is not OutputForm.Single || !_plan.TasksById.TryGetValue(read.TaskId, out var task) || !task.Region.Holds(home.Region)) continue;
            var output = OutputOf(task, home.At(task.Region.Depth));
            if (output is not null) inputs[read.TaskId] = output;
        }
        return inputs.ToImmutable();
    }

    private OutputRef? OutputOf(PlanTask task, RegionInstance at) =>
        IsMine(task.Region) ? at.Members[task.Member] is { State: TaskState.Success, Output: var output } ? output : null
        : _outsideOutputs.GetValueOrDefault(task.Id);

    private static bool ReadsDocument(PlanTask task) => task.Reads.Any(read => read.Form is not OutputForm.Single);
}

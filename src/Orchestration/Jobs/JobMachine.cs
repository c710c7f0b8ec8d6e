using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// One attempt of a remote job: submit, look with backoff, and when it must stop, cancel until the backend confirms that it is dead. Then the
/// parent is told. A sensor is a job without a submission: a look tells whether its condition holds, and there is nothing to kill.
/// </summary>
internal sealed class JobMachine(JobRequest request, JobState state) : Machine
{
    // Calls.
    private const string Submit = "submit";
    private const string Look = "look";
    private const string Cancel = "cancel";
    private const string Report = "report";

    // Timers.
    private const string Next = "next";
    private const string Timeout = "timeout";
    private const string Deadline = "deadline";
    private const int MaxLosses = 3;
    private static readonly WaitPolicy CancelPolicy = WaitPolicy.Job;

    private JobState _state = state;
    private bool _changed;
    private bool _acting;

    /// <inheritdoc/>
    public override bool IsFinal => _state.Phase is JobPhase.Done;

    /// <inheritdoc/>
    public override void Handle(Message message, DateTime now, Effects effects)
    {
        switch (message)
        {
            case Started: Begin(now, effects); break;
            case Fired { Key: Next } when _state.NextAt is not null: Do(effects); break;
            case Fired { Key: Timeout }: Stop(Ending(AttemptOutcome.TimedOut, JobErrors.TimedOut, $"took longer than its timeout of {request.Timeout}"), now, effects); break;
            case Fired { Key: Deadline }: Stop(Missed(), now, effects); break;
            case Told { Kind: JobCommands.Stop }: Stop(Ending(AttemptOutcome.Stopped, JobErrors.Stopped, "stopped on request"), now, effects); break;
            case Told { Kind: JobCommands.Wake }: Wake(effects); break;
            case Returned { Key: Cancel } cancelled: Cancelled(Read<CancelledJob>(cancelled.Result).Dead, now, effects); break;
            case Threw { Key: Cancel }: Cancelled(dead: false, now, effects); break;
            case Returned { Key: Submit } done: Submitted(Read<SubmittedJob>(done.Result), null, now, effects); break;
            case Threw { Key: Submit } threw: Submitted(null, threw.ErrorMessage, now, effects); break;
            case Returned { Key: Look } done when request.Sensor: Poked(Read<PokedSensor>(done.Result), now, effects); break;
            case Threw { Key: Look } threw when request.Sensor: Poked(new() { Met = false, Error = threw.ErrorMessage }, now, effects); break;
            case Returned { Key: Look } done: Checked(Read<CheckedJob>(done.Result), now, effects); break;
            case Threw { Key: Look } threw: Checked(new() { Status = JobStatus.Running, Error = threw.ErrorMessage }, now, effects); break;
            case Returned { Key: Report }: Change(_state with { Phase = JobPhase.Done }); break;
            case Threw { Key: Report }: Wait(CancelPolicy.MaxInterval, now, effects); break;
        }
    }

    /// <inheritdoc/>
    public override ActorChanges? TakeChanges()
    {
        if (!_changed) return null;
        _changed = false;
        _state = _state with { Revision = _state.Revision + 1 };
        return new(_state.Revision, JsonSerializer.SerializeToElement(_state, OrchestrationJson.Options), null, []);
    }

    private WaitPolicy Policy => _state.Policy ?? (request.Sensor ? WaitPolicy.Sensor : WaitPolicy.Job);

    private void Begin(DateTime now, Effects effects)
    {
        if (_state.StartedAt == default) Change(_state with { StartedAt = now, Phase = request.Sensor ? JobPhase.Watching : JobPhase.Submitting });
        if (_state.Phase is JobPhase.Submitting or JobPhase.Watching) SetBounds(effects);
        if (_state.NextAt is { } at) effects.Timer(Next, at);
        else Do(effects);
    }

    private void SetBounds(Effects effects)
    {
        if (request.Timeout is { } timeout) effects.Timer(Timeout, _state.StartedAt + timeout);
        if (Policy.Deadline is { } deadline) effects.Timer(Deadline, _state.StartedAt + deadline);
    }

    /// <summary>Does what the phase is about.</summary>
    private void Do(Effects effects)
    {
        if (_state.NextAt is not null || _state.Woken) Change(_state with { NextAt = null, Woken = false });
        switch (_state.Phase)
        {
            case JobPhase.Submitting: Act(Submit, ActivityNames.SubmitJob, new SubmitJob(request.Attempt)); break;
            case JobPhase.Watching when request.Sensor: Act(Look, ActivityNames.PokeSensor, new PokeSensor(request.Attempt, _state.OperatorState)); break;
            case JobPhase.Watching: Act(Look, ActivityNames.CheckJob, new CheckJob(request.Attempt, _state.ExternalId!, _state.OperatorState)); break;
            case JobPhase.Cancelling: effects.Call(Cancel, ActivityNames.CancelJob, new CancelJob(request.Attempt, _state.ExternalId, _state.OperatorState), urgent: true); break;
            case JobPhase.Telling: effects.Call(Report, ActivityNames.TellActor, Tell(request, _state.Result!)); break;
        }

        void Act(string key, string activity, object input)
        {
            _acting = true;
            effects.Call(key, activity, input);
        }
    }

    private void Submitted(SubmittedJob? job, string? error, DateTime now, Effects effects)
    {
        _acting = false;
        if (job is null && _state.Stopping is null)
        {
            // Whether there is a job is unknown, so it is asked for again: the same attempt finds its own.
            if (_state.Errors < Policy.ErrorsTolerated) LookAgain(_state with { Errors = _state.Errors + 1, Looks = _state.Looks + 1 }, null, now, effects);
            else Stop(Ending(AttemptOutcome.Failed, JobErrors.NotSubmitted, $"could not be submitted: {error}"), now, effects);
        }
        else if (job?.Ended is { } ended)
        {
            Finish(ended, now, effects);
        }
        else
        {
            Change(_state with { ExternalId = job?.ExternalId, OperatorState = job?.State, Policy = job?.Policy ?? _state.Policy, Errors = 0, Looks = 0 });
            effects.Publish();
            SetBounds(effects);
            if (_state.Stopping is not null) Kill(now, effects);
            else LookAgain(_state with { Phase = JobPhase.Watching }, null, now, effects);
        }
    }

    private void Checked(CheckedJob look, DateTime now, Effects effects)
    {
        _acting = false;
        if (_state.Phase is not JobPhase.Watching) return; // It is being killed, which alone decides.
        if (look.Error is { } error)
        {
            Missed(error, look.NextCheckAfter, now, effects);
            return;
        }
        var seen = _state with { OperatorState = look.State ?? _state.OperatorState, Errors = 0, Looks = _state.Looks + 1 };
        switch (look.Status)
        {
            case JobStatus.Running: LookAgain(seen, look.NextCheckAfter, now, effects); break;
            case JobStatus.Succeeded: Finish(look.Result ?? new() { Outcome = AttemptOutcome.Success }, now, effects); break;
            case JobStatus.Failed: Finish(look.Result ?? Ending(AttemptOutcome.Failed, JobErrors.Failed, "the job failed"), now, effects); break;
            case JobStatus.Vanished when look.Result is { Outcome: not AttemptOutcome.Lost } result: Finish(result, now, effects); break;
            case JobStatus.Vanished when _state.Losses + 1 >= MaxLosses:
                Finish(Ending(AttemptOutcome.Failed, JobErrors.Vanished, $"the backend lost the job {MaxLosses} times"), now, effects);
                break;
            // A try whose work was lost runs again as the same try.
            default: LookAgain(seen with { Phase = JobPhase.Submitting, ExternalId = null, OperatorState = null, Losses = _state.Losses + 1 }, null, now, effects); break;
        }
    }

    private void Poked(PokedSensor look, DateTime now, Effects effects)
    {
        _acting = false;
        if (_state.Policy is null && look.Policy is { } policy)
        {
            Change(_state with { Policy = policy });
            SetBounds(effects);
        }
        if (look.Met || look.Result is not null) Finish(look.Result ?? new() { Outcome = AttemptOutcome.Success }, now, effects);
        else if (_state.Stopping is { } stopping) Finish(stopping, now, effects);
        else if (look.Error is { } error) Missed(error, look.NextPokeAfter, now, effects);
        else LookAgain(_state with { OperatorState = look.State ?? _state.OperatorState, Errors = 0, Looks = _state.Looks + 1 }, look.NextPokeAfter, now, effects);
    }

    /// <summary>A look did not reach the backend.</summary>
    private void Missed(string error, TimeSpan? after, DateTime now, Effects effects)
    {
        if (_state.Errors < Policy.ErrorsTolerated) LookAgain(_state with { Errors = _state.Errors + 1, Looks = _state.Looks + 1 }, after, now, effects);
        else Stop(Ending(AttemptOutcome.Failed, JobErrors.Unreachable, $"could not be looked at {_state.Errors + 1} times in a row: {error}"), now, effects);
    }

    /// <summary>The attempt is to end so; first the job must be dead.</summary>
    private void Stop(AttemptResult outcome, DateTime now, Effects effects)
    {
        if (_state.Phase is not (JobPhase.Submitting or JobPhase.Watching) || _state.Stopping is not null) return;
        Change(_state with { Stopping = outcome });
        // A submission or a poke that is under way is waited for: only then is it known what there is to kill.
        if (_acting && (request.Sensor || _state.Phase is JobPhase.Submitting)) return;
        if (request.Sensor) Finish(outcome, now, effects);
        else Kill(now, effects);
    }

    /// <summary>Acts at once, or, when it is acting already, once more after that: what it asks may be answered by what was so before.</summary>
    private void Wake(Effects effects)
    {
        if (_state.Phase is JobPhase.Telling or JobPhase.Done) return;
        if (_state.NextAt is null)
        {
            Change(_state with { Woken = true });
            return;
        }
        effects.CancelTimer(Next);
        Do(effects);
    }

    private void Kill(DateTime now, Effects effects)
    {
        effects.CancelTimer(Next);
        Change(_state with { Phase = JobPhase.Cancelling, NextAt = null, Looks = 0 });
        Do(effects);
    }

    private void Cancelled(bool dead, DateTime now, Effects effects)
    {
        if (_state.Phase is not JobPhase.Cancelling) return;
        if (dead) Finish(_state.Stopping!, now, effects);
        else Wait(WaitOf(CancelPolicy, _state.Looks), now, effects, _state with { Looks = _state.Looks + 1 });
    }

    private void Finish(AttemptResult result, DateTime now, Effects effects)
    {
        foreach (var timer in (ReadOnlySpan<string>)[Next, Timeout, Deadline]) effects.CancelTimer(timer);
        // This actor runs lost work again itself; its parent hears only of ends.
        if (result.Outcome is AttemptOutcome.Lost) result = result with { Outcome = AttemptOutcome.Failed };
        var times = result with { StartedAt = result.StartedAt ?? Utc(_state.StartedAt), EndedAt = result.EndedAt ?? Utc(now) };
        Change(_state with { Phase = JobPhase.Telling, NextAt = null, Woken = false, Result = times });
        Do(effects);
    }

    private void LookAgain(JobState next, TimeSpan? after, DateTime now, Effects effects) => Wait(after ?? WaitOf(Policy, next.Looks - 1), now, effects, next);

    private void Wait(TimeSpan wait, DateTime now, Effects effects, JobState? next = null)
    {
        next ??= _state;
        if (next.Woken)
        {
            Change(next);
            Do(effects);
            return;
        }
        Change(next with { NextAt = now + wait });
        effects.Timer(Next, now + wait);
    }

    private static TimeSpan WaitOf(WaitPolicy policy, int looks)
    {
        var wait = policy.Interval.TotalSeconds * Math.Pow(policy.Backoff, Math.Max(0, looks));
        return TimeSpan.FromSeconds(Math.Min(wait, policy.MaxInterval.TotalSeconds));
    }

    /// <summary>What the parent is told.</summary>
    public static TellActor Tell(JobRequest request, AttemptResult result) => new()
    {
        Id = request.Parent,
        EntryId = "ended-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Attempt.AttemptId)).AsSpan(0, 16)),
        Kind = AttemptEnded.Kind,
        Body = JsonSerializer.SerializeToElement(new AttemptEnded(request.ParentKey, request.Attempt.AttemptId, result), OrchestrationJson.Options),
    };

    private AttemptResult Missed() => Policy.SoftFail
        ? Ending(AttemptOutcome.Skipped, JobErrors.Deadline, $"its condition did not hold within {Policy.Deadline}")
        : Ending(AttemptOutcome.Failed, JobErrors.Deadline, $"its condition did not hold within {Policy.Deadline}");

    private static AttemptResult Ending(AttemptOutcome outcome, string code, string reason) =>
        new() { Outcome = outcome, Code = code, Reason = reason.Length <= 300 ? reason : reason[..299] + "…" };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private void Change(JobState next) => (_state, _changed) = (next, true);

    private static T Read<T>(JsonElement result) => result.Deserialize<T>(OrchestrationJson.Options)!;
}

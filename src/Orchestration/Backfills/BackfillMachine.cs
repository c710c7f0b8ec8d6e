using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A backfill: begins the runs of its ticks one after the other, so many at a time, and hears from each when it has ended.</summary>
internal sealed class BackfillMachine : Machine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ActorId _self;
    private readonly BackfillRequest _request;
    private readonly Schedule _schedule;
    private readonly ImmutableArray<DateTimeOffset> _ticks;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private BackfillBody _body;
    private long _revision;
    private bool _changed;

    public BackfillMachine(ActorId self, BackfillRequest request, ActorHead? head)
    {
        (_self, _request) = (self, request);
        _schedule = Schedule.Create(request.Schedule);
        var ticks = BackfillRequest.TicksOf(request.Schedule, request.Wanted.From, request.Wanted.To);
        _ticks = request.Wanted.Order is BackfillOrder.NewestFirst ? [.. ticks.Reverse()] : [.. ticks];
        _changed = head is not { Revision: > 0 };
        _body = _changed ? new() { Ticks = _ticks.Length } : head!.Body.Deserialize<BackfillBody>(OrchestrationJson.Options)!;
        _revision = head?.Revision ?? 0;
    }

    public override bool IsFinal => _body.Status is BackfillStatus.Cancelled or BackfillStatus.Done;

    private bool IsOver => _body.Status is BackfillStatus.Cancelling || _body.Begun == _ticks.Length;

    public override void Handle(Message message, DateTime now, Effects effects)
    {
        switch (message)
        {
            case Returned returned: Answered(returned, now, effects); break;
            case Threw threw: effects.Timer(threw.Key, now + Patience); break;
            case Fired fired: _asked.Remove(fired.Key); break;
            case Told { Kind: RunFollowed.Kind } told: Ended(told.Body.Deserialize<RunFollowed>(OrchestrationJson.Options)!); break;
            case Told { Kind: PauseBackfill.Kind } told: Pause(told.Body.Deserialize<PauseBackfill>(OrchestrationJson.Options)!.Paused); break;
            case Told { Kind: CancelBackfill.Kind } told: Cancel(told.Body.Deserialize<CancelBackfill>(OrchestrationJson.Options)!.Runs); break;
        }
        if (!IsFinal) GoOn(now, effects);
    }

    public override ActorChanges? TakeChanges()
    {
        if (!_changed) return null;
        _changed = false;
        return new ActorChanges(++_revision, JsonSerializer.SerializeToElement(_body, OrchestrationJson.Options), null, []);
    }

    private void GoOn(DateTime now, Effects effects)
    {
        while (_body.Status is BackfillStatus.Running && _body.Begun < _ticks.Length && _body.Running.Length < _request.Wanted.MaxActive)
        {
            var tick = _ticks[_body.Begun];
            var run = new BackfillRun(_body.Begun, tick, RunIds.OfTick(_request.Wanted.Dag, tick));
            Change(_body with { Begun = _body.Begun + 1, Running = _body.Running.Add(run) });
        }
        // One after the other, so that a run finds that of the tick before.
        if (_body.Running.FirstOrDefault(run => !run.Followed) is { } first) Begin(first, effects);
        if (_body.CancelsRuns) foreach (var run in _body.Running.Where(run => run.Followed)) CancelRun(run, effects);
        if (IsOver && _body.Running.IsEmpty) Change(_body with { Status = _body.Status is BackfillStatus.Cancelling ? BackfillStatus.Cancelled : BackfillStatus.Done, EndedAt = now });
    }

    private void Begin(BackfillRun run, Effects effects)
    {
        if (!_asked.Add(KeyOf(run))) return;
        var previous = _schedule.PreviousTick(run.Tick) is { } before ? RunIds.OfTick(_request.Wanted.Dag, before) : null;
        effects.Call(KeyOf(run), ActivityNames.BackfillRun, new BeginBackfillRun(_request, _self, run, _schedule.IntervalOf(run.Tick), previous), afterPublish: true);
    }

    private void CancelRun(BackfillRun run, Effects effects)
    {
        var key = "cancel/" + KeyOf(run);
        if (!_asked.Add(key)) return;
        effects.Call(key, ActivityNames.TellActor, new TellActor
        {
            Id = RunPaths.Of(run.RunId),
            EntryId = $"{CancelCommand.Kind}-{DatasetEvent.IdOf(_request.Id, run.RunId)}",
            Kind = CancelCommand.Kind,
            Body = JsonSerializer.SerializeToElement(new CancelCommand(By: $"backfill {_request.Id}"), OrchestrationJson.Options),
        });
    }

    private void Answered(Returned returned, DateTime now, Effects effects)
    {
        if (_body.Running.FirstOrDefault(each => KeyOf(each) == returned.Key) is not { Followed: false } run) return;
        var begun = returned.Result.Deserialize<BegunBackfillRun>(OrchestrationJson.Options)!;
        switch (begun.Outcome)
        {
            case BackfillOutcome.Followed: Change(_body with { Running = _body.Running.Replace(run, run with { Followed = true }) }); break;
            case BackfillOutcome.Existing: Change(Without(run) with { Existing = _body.Existing + 1 }); break;
            case BackfillOutcome.Full: effects.Timer(returned.Key, now + Patience); break;
            case BackfillOutcome.Refused: Fail(run, begun.Reason ?? "refused"); break;
        }
    }

    private void Ended(RunFollowed followed)
    {
        if (_body.Running.FirstOrDefault(each => KeyOf(each) == followed.Key) is not { } run) return;
        if (followed.Status is RunStatus.Success) Change(Without(run) with { Succeeded = _body.Succeeded + 1 });
        else if (followed.Status is RunStatus.Cancelled) Change(Without(run) with { Cancelled = _body.Cancelled + 1 });
        else Fail(run, "failed");
    }

    private void Fail(BackfillRun run, string reason)
    {
        var failures = _body.Failures.Add($"{run.RunId}: {reason}");
        Change(Without(run) with { Failed = _body.Failed + 1, Failures = failures.Length > BackfillBody.MostFailures ? failures.RemoveAt(0) : failures });
    }

    private void Pause(bool paused)
    {
        if (_body.Status is BackfillStatus.Running or BackfillStatus.Paused) Change(_body with { Status = paused ? BackfillStatus.Paused : BackfillStatus.Running });
    }

    private void Cancel(bool runs)
    {
        if (!IsFinal) Change(_body with { Status = BackfillStatus.Cancelling, CancelsRuns = _body.CancelsRuns || runs });
    }

    private BackfillBody Without(BackfillRun run) => _body with { Running = _body.Running.Remove(run) };

    private void Change(BackfillBody body) => (_body, _changed) = (body, true);

    internal static string KeyOf(BackfillRun run) => run.Number.ToString(CultureInfo.InvariantCulture);
}

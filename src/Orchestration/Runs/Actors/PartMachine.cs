using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A part of a large map: drives its <see cref="RunState"/> and tells the run whenever that means something new to it.</summary>
internal sealed class PartMachine : Machine
{
    private const int MostFailures = 20;

    private readonly RunPlan _plan;
    private readonly RunScope _scope;
    private readonly RunState _state;
    private RunBody _body;
    private ImmutableArray<PartTally> _told = [];
    private bool _toldEnd;
    private long _toldSeen;
    private long _toldCleared;
    private long _revision;
    private bool _changed = true;
    private bool _begun;

    public PartMachine(RunPlan plan, RunScope scope, ActorHead? head, IReadOnlyList<JsonElement> pages)
    {
        (_plan, _scope) = (plan, scope);
        _begun = head is { Revision: > 0 };
        _body = _begun ? head!.Body.Deserialize<RunBody>(OrchestrationJson.Options)! : new RunBody { Status = RunStatus.Running };
        _revision = head?.Revision ?? 0;
        _state = _begun ? RunState.Load(plan, scope, _body, pages) : new RunState(plan, scope);
    }

    public override bool IsFinal => _begun && _state.IsFinished && (_toldEnd || _state.IsDropped) && _state.OwesNothing;

    public override void Handle(Message message, DateTime now, Effects effects)
    {
        if (message is not Started) _state.Handle(message, effects, now);
        else if (_begun) _state.Resume(effects, now);
        else _state.Begin(effects, now);
        _begun = true;
        Report(effects);
    }

    public override ActorChanges? TakeChanges()
    {
        if (!_changed && !_state.HasChanges) return null;
        _changed = false;
        var pages = _state.TakePages();
        return new ActorChanges(++_revision, JsonSerializer.SerializeToElement(_state.Store(_body), OrchestrationJson.Options), null, pages);
    }

    private void Report(Effects effects)
    {
        var again = _state.TakeAgain();
        var isCarriedOut = _state.Cleared > _toldCleared || again.Length > 0;
        if (!_state.IsFilled && !isCarriedOut) return;
        var left = _state.IsFilled ? _state.Left : [];
        var ended = _state.IsFinished;
        var seen = _state.Seen;
        if (!isCarriedOut && ended == _toldEnd && (seen == _toldSeen || !ended) && SaysTheSame(left, _told)) return;
        (_told, _toldEnd, _toldSeen, _toldCleared) = (left, ended, seen, _state.Cleared);
        _body = _body with { Reports = _body.Reports + 1 };
        _changed = true;
        var report = new PartReport { Part = _scope.Part!.Name, Sequence = _body.Reports, CausedAt = _state.Cause, Seen = seen, Cleared = _state.Cleared, Again = again.IsEmpty ? null : again, Ended = ended, Tasks = left, Failures = Failures() };
        effects.Call($"report/{_body.Reports}", ActivityNames.TellActor, new TellActor
        {
            Id = _scope.Part.Parent,
            EntryId = $"{PartReport.Kind}-{_scope.Part.Name}-{_body.Reports}",
            Kind = PartReport.Kind,
            Body = JsonSerializer.SerializeToElement(report, OrchestrationJson.Options),
        }, afterPublish: ended);
    }

    /// <summary>Whether no trigger rule outside could tell the difference.</summary>
    private static bool SaysTheSame(ImmutableArray<PartTally> left, ImmutableArray<PartTally> right) =>
        left.Length == right.Length && left.Zip(right).All(pair => Signature(pair.First) == Signature(pair.Second));

    private static (bool, bool, bool, bool, bool) Signature(PartTally tally) => (tally.Unfinished == 0, tally.Success > 0, tally.Failed > 0, tally.UpstreamFailed > 0, tally.Skipped > 0);

    private ImmutableArray<string> Failures() =>
        [.. _state.Instances.Where(instance => instance is { IsShown: true, State: TaskState.Failed }).Take(MostFailures).Select(instance => $"{instance}: {instance.Reason}")];
}

namespace Updraft.Orchestration;

// A run of a DAG that depends on its past waits, queued and without a run slot, until the run before it has succeeded.
internal sealed partial class RunMachine
{
    private const string Past = "past";
    private const string PastFollow = "past-follow";

    private bool _pastIsGood;
    private int _pastChanges;

    /// <summary>Whether the run before may still stand in the way. One that has begun once does not wait again.</summary>
    private bool WaitsForPast => _plan.Spec.DependsOnPast && _scope.Previous is not null && !_begun && !_body.HoldsSlot && !_pastIsGood;

    private void AskPast(Effects effects, bool again = false)
    {
        if (again) _awaited.Remove(Past);
        if (_body.Status is RunStatus.Queued && !_awaited.Contains(Past)) effects.Call(Past, ActivityNames.CheckPast, new CheckPast(_scope.Previous!));
    }

    private void PastAnswered(PastState past, Effects effects, DateTime now)
    {
        if (_body.Status is not RunStatus.Queued || !WaitsForPast) return;
        effects.CancelTimer(PastFollow);
        if (past.Good)
        {
            _pastIsGood = true;
            Change(_body with { Reason = null });
            Start(effects, now);
            return;
        }
        _pastChanges = Math.Max(_pastChanges, past.Changes);
        var ended = past.Status is RunStatus.Failed or RunStatus.Cancelled;
        Change(_body with { Reason = $"waits until '{_scope.Previous}', the run before it, succeeds{(ended ? $"; that one has ended as {past.Status!.Value.ToString().ToLowerInvariant()}" : "")}" });
        effects.Timer(PastFollow, now + RunState.PastSafety);
        effects.Call(PastFollow, ActivityNames.TellActor, PastQuestion.Of(_scope, now, new FollowRun(_scope.Self, Past, Changes: _pastChanges)));
    }

    private void PastTold(RunFollowed answer, Effects effects, DateTime now)
    {
        if (!WaitsForPast) return;
        _pastChanges = Math.Max(_pastChanges, answer.Changes + 1);
        if (answer.Status is RunStatus.Success) PastAnswered(PastState.Fine, effects, now);
        else AskPast(effects);
    }
}

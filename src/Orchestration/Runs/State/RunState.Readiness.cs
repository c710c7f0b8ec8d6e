namespace Updraft.Orchestration;

// Since when instances could have started: what task lag is measured from.
internal sealed partial class RunState
{
    private DateTime _cause;
    private bool _heldBefore;

    /// <summary>When the work ended, or the trigger was acknowledged, of which the last message told; else when that came.</summary>
    public DateTime Cause => _cause;

    /// <summary>Whatever becomes ready by this message could have started when the work ended that it tells of.</summary>
    private void CausedBy(DateTime? at)
    {
        // A worker's clock may be ahead of this one.
        if (at is { } earlier && earlier < _now) _cause = earlier;
    }

    private void Ready(TaskInstance instance) => (instance.ReadyAt, instance.IsHeld) = (_cause, _heldBefore);
}

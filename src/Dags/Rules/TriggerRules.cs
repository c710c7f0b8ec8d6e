namespace Updraft.Dags;

/// <summary>What is known of a task's direct upstreams, each in its final state or not final yet.</summary>
/// <param name="Complete">Every one is final.</param>
/// <param name="Success">One has succeeded.</param>
/// <param name="Failed">One has failed.</param>
/// <param name="UpstreamFailed">One has a failed upstream.</param>
/// <param name="Skipped">One was skipped.</param>
public readonly record struct UpstreamStates(bool Complete, bool Success, bool Failed, bool UpstreamFailed, bool Skipped);

/// <summary>What a trigger rule says.</summary>
public enum Verdict
{
    /// <summary>A remaining upstream can still change the outcome.</summary>
    Undecided,

    /// <summary>The task runs.</summary>
    Run,

    /// <summary>The task is skipped.</summary>
    Skip,

    /// <summary>The task cannot run because an upstream failed.</summary>
    UpstreamFailed,
}

/// <summary>
/// The trigger rules of <c>semantics.md</c>. An outcome depends on the upstreams' final states alone, and is taken as soon as no remaining
/// upstream can change it.
/// </summary>
public static class TriggerRules
{
    /// <summary>Decides. Without upstreams (complete, and no state seen) a task runs, whatever its rule.</summary>
    public static Verdict Decide(TriggerRule rule, UpstreamStates up)
    {
        var failed = up.Failed || up.UpstreamFailed;
        if (up.Complete && !up.Success && !failed && !up.Skipped) return Verdict.Run;
        return rule switch
        {
            TriggerRule.AllSuccess => failed ? Verdict.UpstreamFailed : Once(up.Complete, up.Skipped ? Verdict.Skip : Verdict.Run),
            TriggerRule.AllFailed => up.Success || up.Skipped ? Verdict.Skip : Once(up.Complete, Verdict.Run),
            TriggerRule.AllDone => Once(up.Complete, Verdict.Run),
            TriggerRule.AllDoneMinOneSuccess => Once(up.Complete, up.Success ? Verdict.Run : failed ? Verdict.UpstreamFailed : Verdict.Skip),
            TriggerRule.AllSkipped => up.Success || failed ? Verdict.Skip : Once(up.Complete, Verdict.Run),
            TriggerRule.OneSuccess => up.Success ? Verdict.Run : Once(up.Complete, failed ? Verdict.UpstreamFailed : Verdict.Skip),
            TriggerRule.OneFailed => failed ? Verdict.Run : Once(up.Complete, Verdict.Skip),
            TriggerRule.OneDone => up.Success || up.Failed ? Verdict.Run : Once(up.Complete, Verdict.Skip),
            TriggerRule.NoneFailed => failed ? Verdict.UpstreamFailed : Once(up.Complete, Verdict.Run),
            TriggerRule.NoneFailedMinOneSuccess => failed ? Verdict.UpstreamFailed : Once(up.Complete, up.Success ? Verdict.Run : Verdict.Skip),
            TriggerRule.NoneSkipped => up.Skipped ? Verdict.Skip : Once(up.Complete, Verdict.Run),
            TriggerRule.Always => Verdict.Run,
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
        };
    }

    /// <summary>
    /// Decides for a teardown, once all it waits for is final: it runs if a setup succeeded; without setups it always runs. The states are
    /// its setups'.
    /// </summary>
    public static Verdict DecideTeardown(UpstreamStates setups, bool hasSetups) => (setups.Complete, hasSetups) switch
    {
        (false, _) => Verdict.Undecided,
        (true, false) => Verdict.Run,
        _ when setups.Success => Verdict.Run,
        _ => setups.Failed || setups.UpstreamFailed ? Verdict.UpstreamFailed : Verdict.Skip,
    };

    private static Verdict Once(bool complete, Verdict verdict) => complete ? verdict : Verdict.Undecided;
}

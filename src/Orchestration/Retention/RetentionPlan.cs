namespace Updraft.Orchestration;

/// <summary>
/// Decides what of a DAG's runs is removed, newest first, each run once. Pure. The last run that ended and the last that succeeded stay whole,
/// so do runs that others refer to, and nothing is taken from a run that has not ended.
/// </summary>
/// <param name="policy">The DAG's policy.</param>
/// <param name="referenced">Ids of runs that others refer to.</param>
/// <param name="now">The time.</param>
public sealed class RetentionPlan(RetentionPolicy policy, IReadOnlySet<string> referenced, DateTimeOffset now)
{
    /// <summary>What ended since then may have parts and jobs that are still ending.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    private int _ended;
    private bool _succeeded;

    /// <summary>What is removed of the next run.</summary>
    public Removal Next(RunIndexEntry entry, RunSummary summary)
    {
        if (summary.EndedAt is not { } ended) return Removal.Nothing;
        var isLast = _ended++ == 0;
        var isLastSuccess = summary.Status is RunStatus.Success && !_succeeded;
        _succeeded |= isLastSuccess;
        var age = now.UtcDateTime - ended;
        if (isLast || isLastSuccess || age < Settled || referenced.Contains(entry.RunId)) return Removal.Nothing;
        if (age > policy.Runs || _ended > policy.MaxRuns) return Removal.Run;
        return (age > policy.Logs && entry.LogsPurged is not true ? Removal.Logs : Removal.Nothing)
            | (age > policy.Outputs && entry.OutputsPurged is not true ? Removal.Outputs : Removal.Nothing);
    }
}

/// <summary>What is removed of a run.</summary>
[Flags]
public enum Removal
{
    /// <summary>It stays as it is.</summary>
    Nothing = 0,

    /// <summary>Its logs.</summary>
    Logs = 1,

    /// <summary>Its outputs and files.</summary>
    Outputs = 2,

    /// <summary>All of it but its id.</summary>
    Run = 4,
}

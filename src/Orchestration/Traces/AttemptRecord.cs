namespace Updraft.Orchestration;

/// <summary>Records the end of an attempt, in metrics and in its run's trace: called where its work is done, once.</summary>
public static class AttemptRecord
{
    /// <summary>An attempt has ended.</summary>
    /// <param name="run">Its run; null where that could not be read.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="worked">Whether this process did its work.</param>
    /// <param name="now">The time.</param>
    public static void Ended(RunRequest? run, AttemptRequest attempt, AttemptResult result, bool worked, DateTimeOffset now)
    {
        AttemptMetrics.Ended(run?.Dag, result, worked);
        if (run is not null) RunTraces.Ended(run, attempt, result, now);
    }
}

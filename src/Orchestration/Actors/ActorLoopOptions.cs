namespace Updraft.Orchestration;

/// <summary>The loop's numbers. They decide what it does next, so they are fixed for the histories made with them.</summary>
internal sealed record ActorLoopOptions
{
    /// <summary>
    /// Calls of these activities are repeated by the loop when they throw, before a machine hears of it: they only read and write documents,
    /// so what fails them passes, as when the store is away. All others are work, whose failures are for the machine.
    /// </summary>
    private static readonly HashSet<string> Bookkeeping = new(StringComparer.Ordinal)
    {
        ActivityNames.StartActor, ActivityNames.TellActor, ActivityNames.AcquirePools, ActivityNames.ReleasePools, ActivityNames.AbandonWait,
        ActivityNames.StopAttempt, ActivityNames.Heartbeat, ActivityNames.RaiseAlert, ActivityNames.CheckPast, ActivityNames.UsualDuration, ActivityNames.FireCallbacks,
        ActivityNames.TriggerRun, ActivityNames.StartWait, ActivityNames.StopWait, ActivityNames.PauseDag, ActivityNames.RecordDatasets, ActivityNames.BackfillRun,
    };

    /// <summary>These the loop itself cannot go on without, so it never gives up on them.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        ActivityNames.LoadActor, ActivityNames.LoadChunk, ActivityNames.PublishPages, ActivityNames.PublishActor, ActivityNames.EndActor,
        ActivityNames.ReadInbox, ActivityNames.ClearInbox,
    };

    /// <summary>Events of history after which an execution starts nothing new and continues as new when all is quiet. Default 1,500.</summary>
    public int MaxEvents { get; init; } = 1_500;

    /// <summary>Least time between two stores that no one asked for. Default one second.</summary>
    public TimeSpan PublishEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First wait before the inbox is read without a hint; it doubles. Default one minute.</summary>
    public TimeSpan FirstSafety { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest such wait. Default one day.</summary>
    public TimeSpan LastSafety { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often a call of bookkeeping is tried in all: some 15 minutes with <see cref="Backoff"/>. Default 20.</summary>
    public int Tries { get; init; } = 20;

    /// <summary>How often an activity is tried in all.</summary>
    public int TriesOf(string activity) => Own.Contains(activity) ? int.MaxValue : Bookkeeping.Contains(activity) ? Tries : 1;

    /// <summary>Wait after a number of tries: one second, doubled each time, up to a minute.</summary>
    public static TimeSpan Backoff(int tried) => TimeSpan.FromSeconds(Math.Min(60, 1L << Math.Min(tried - 1, 6)));
}

namespace Updraft.Orchestration;

/// <summary>The activities by which the actors of DAGs and backfills make runs.</summary>
public sealed class ScheduleActivities(ScheduledRuns scheduled, BackfillRuns backfills)
{
    /// <summary>Adds the activities.</summary>
    public void Register(ActivityRegistry registry)
    {
        registry.Add(ActivityNames.TriggerRun, ActivityWeight.Bookkeeping, async context => await scheduled.TriggerAsync(context.GetInput<TriggerPending>(), context.Cancellation));
        registry.Add(ActivityNames.BackfillRun, ActivityWeight.Bookkeeping, async context => await backfills.BeginAsync(context.GetInput<BeginBackfillRun>(), context.Cancellation));
        registry.Add(ActivityNames.PauseDag, ActivityWeight.Bookkeeping, async context =>
        {
            await scheduled.PauseAsync(context.GetInput<PauseDag>(), context.Cancellation);
            return null;
        });
    }
}

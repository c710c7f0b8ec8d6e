using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A run's slot of its DAG's <c>max_active_runs</c>: asked for by whoever triggers the run where the queue is bounded, and by the run itself.</summary>
internal static class RunSlot
{
    private const int OfScheduled = 16;

    /// <summary>How many runs of a DAG may be under way at once; null for no limit.</summary>
    public static int? LimitOf(DagSpec dag) => dag.MaxActiveRuns ?? (dag.Schedule is null ? null : OfScheduled);

    /// <summary>Names the slot. A run that is opened again asks anew.</summary>
    public static string LeaseOf(string runId, int opened) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{runId}/run/{opened}");

    /// <summary>Asks for the slot.</summary>
    public static AcquirePools Ask(string runId, int opened, string dag, int? limit) => new()
    {
        LeaseId = LeaseOf(runId, opened),
        Owner = RunPaths.Of(runId),
        Holder = new LeaseHolder(runId),
        Asks = [new PoolAsk(PoolNames.RunsOf(dag), 1, limit)],
    };

    /// <summary>The place that a new run takes in its DAG's queue; null where that is unbounded. A run that waits for the run before it is not in the queue.</summary>
    public static AcquirePools? Queue(TriggerRun trigger, RunRequest request) =>
        trigger.Dag.MaxQueuedRuns is not null && LimitOf(trigger.Dag) is { } limit && !(trigger.Dag.DependsOnPast && request.Previous is not null)
            ? Ask(request.RunId, 0, request.Dag, limit)
            : null;
}

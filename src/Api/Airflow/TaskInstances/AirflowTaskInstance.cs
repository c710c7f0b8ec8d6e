using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A run with what its task instances are shown with.</summary>
internal sealed record AirflowRunOfTasks(RunView Run, AirflowPlan Plan, AirflowDagVersion? Version)
{
    public static async Task<AirflowRunOfTasks> OfAsync(RunView run, AirflowCall call) => new(
        run,
        await call.Plans.OfAsync(run.Request, call.Cancellation),
        await call.Plans.VersionAsync(run.Request.Dag, run.Request.DagHash, call.Cancellation));
}

/// <summary>A try of a task instance; of the latest one all is known, of one before it only that it was.</summary>
internal record AirflowTry
{
    public AirflowTry(AirflowRunOfTasks run, InstanceDocument instance, int number)
    {
        var (task, pool, latest) = (run.Plan.Task(instance.Task), AirflowTask.PoolOf(run.Plan.Task(instance.Task)), number == instance.Try);
        TaskId = instance.Task;
        DagId = run.Run.Request.Dag;
        DagRunId = run.Run.Request.RunId;
        MapIndex = AirflowMapIndex.Of(instance);
        StartDate = latest ? AirflowTimes.Utc(instance.StartedAt) : null;
        EndDate = latest ? AirflowTimes.Utc(instance.EndedAt) : null;
        State = latest ? AirflowStates.Of(instance) : null;
        TryNumber = number;
        MaxTries = instance.Try - instance.TriesInRound + task.Retry.Retries;
        (Pool, PoolSlots) = (pool.Pool, pool.Slots);
        Queue = run.Plan.Dag.Lane;
        PriorityWeight = task.Priority;
        Operator = task.Operator;
        ScheduledWhen = latest ? AirflowTimes.Utc(instance.ScheduledAt) : null;
        DagVersion = run.Version;
    }

    public string TaskId { get; }

    public string TaskDisplayName => TaskId;

    public string DagId { get; }

    public string DagDisplayName => DagId;

    public string DagRunId { get; }

    public long MapIndex { get; }

    public DateTimeOffset? StartDate { get; }

    public DateTimeOffset? EndDate { get; }

    public double? Duration => AirflowTimes.Seconds(StartDate, EndDate);

    public string? State { get; }

    public int TryNumber { get; }

    public int MaxTries { get; }

    public string? Hostname { get; }

    public string? Unixname { get; }

    public string Pool { get; }

    public int PoolSlots { get; }

    public string? Queue { get; }

    public int? PriorityWeight { get; }

    public string? Operator { get; }

    public string? OperatorName => Operator;

    public DateTimeOffset? QueuedWhen => ScheduledWhen;

    public DateTimeOffset? ScheduledWhen { get; }

    public int? Pid { get; }

    public string? Executor { get; }

    public string ExecutorConfig { get; } = "{}";

    public AirflowDagVersion? DagVersion { get; }
}

/// <summary>Tries of a task instance, with the questions that they asked people.</summary>
internal sealed record AirflowPastTry : AirflowTry
{
    public AirflowPastTry(AirflowRunOfTasks run, InstanceDocument instance, int number) : base(run, instance, number)
    {
    }

    public JsonElement? HitlDetail { get; }
}

/// <summary>Some tries.</summary>
internal sealed record AirflowTries(ImmutableArray<AirflowPastTry> TaskInstances, long TotalEntries);

/// <summary>A task instance.</summary>
internal sealed record AirflowTaskInstance : AirflowTry
{
    public AirflowTaskInstance(AirflowRunOfTasks run, InstanceDocument instance) : base(run, instance, instance.Try)
    {
        Id = AirflowId.Of(["instance", DagRunId, instance.Task, .. instance.Place.Select(slot => slot.ToString(CultureInfo.InvariantCulture))]);
        LogicalDate = run.Run.Request.LogicalDate;
        RunAfter = AirflowTimes.RunAfter(run.Run.Request);
        Note = instance.Reason;
        RenderedMapIndex = instance.Keys.IsEmpty ? null : string.Join('/', instance.Keys);
    }

    public Guid Id { get; }

    public DateTimeOffset? LogicalDate { get; }

    public DateTimeOffset RunAfter { get; }

    /// <summary>Why it is in its state: there are no notes of task instances here.</summary>
    public string? Note { get; }

    public string? RenderedMapIndex { get; }

    public ImmutableDictionary<string, string> RenderedFields { get; } = ImmutableDictionary<string, string>.Empty;

    public JsonElement? Trigger { get; }

    public JsonElement? TriggererJob { get; }
}

/// <summary>Some task instances.</summary>
internal sealed record AirflowTaskInstances(ImmutableArray<AirflowTaskInstance> TaskInstances, long TotalEntries);

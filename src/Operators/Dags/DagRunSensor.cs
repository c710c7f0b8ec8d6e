using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits for a run of another DAG, or for a task of it: by id, by tick, or any that has succeeded of late.</summary>
[Operator("dag_run")]
[Description("Waits until a run of another DAG, or a task of it, has succeeded.")]
public sealed class DagRunSensor : SensorOperator<DagRunFields>
{
    /// <summary>Runs that a look for the latest success reads at most.</summary>
    private const int MaxRead = 500;

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Own;

    /// <inheritdoc/>
    public override WaitPolicy PolicyOf(DagRunFields fields) => new() { Interval = fields.Interval, MaxInterval = fields.Interval, Deadline = fields.Deadline, SoftFail = fields.SoftFail };

    /// <inheritdoc/>
    public override async Task<PokeResult> PokeAsync(TaskContext context, DagRunFields fields, JsonElement? state, CancellationToken stop)
    {
        if (fields.LatestWithin is { } within) return await LatestAsync(context, fields, within, stop);
        if (await context.Control.Runs.Reader.GetAsync(IdOf(context, fields), stop) is not { } run) return PokeResult.NotYet();
        if (run.Request.Dag != fields.Dag) throw new FailTaskException($"run '{run.Request.RunId}' is of DAG '{run.Request.Dag}', not of '{fields.Dag}'", OperatorErrors.AwaitedRun);
        var name = fields.Task is { } task ? $"task '{task}' of run '{run.Request.RunId}' of DAG '{fields.Dag}'" : $"run '{run.Request.RunId}' of DAG '{fields.Dag}'";
        switch (await EndAsync(context, run, fields.Task, stop))
        {
            case TaskState.Success:
                return PokeResult.Met(new { run.Request.RunId, run.Request.LogicalDate });
            case TaskState.Skipped:
                throw new SkipTaskException($"{name} was skipped");
            case TaskState.Failed when fields.FailFast:
                throw new FailTaskException($"{name} has failed{(run.Body.Reason is { } reason ? ": " + reason : "")}", OperatorErrors.AwaitedRun);
            case TaskState.Removed when fields.FailFast:
                throw new FailTaskException($"run '{run.Request.RunId}' of DAG '{fields.Dag}' has ended, and it has no task '{fields.Task}'", OperatorErrors.AwaitedRun);
            case null:
                // It tells of its end; asked again at each look, the question of one end is one.
                await context.Control.FollowAsync(context, run, fields.Task, mended: false, stop);
                return PokeResult.NotYet();
            default:
                await context.Control.FollowAsync(context, run, fields.Task, mended: true, stop);
                return PokeResult.NotYet();
        }
    }

    private static string IdOf(TaskContext context, DagRunFields fields)
    {
        if (fields.RunId is { } id) return id;
        var tick = context.Run.LogicalDate;
        if (fields.LogicalDate is not null) tick = DateTimeOffset.Parse(fields.LogicalDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return RunIds.OfTick(fields.Dag, tick - (fields.Before ?? TimeSpan.Zero));
    }

    /// <summary>How a run, or a task of it, has ended: success, failed, skipped, removed for a task that is not there; null while it has not.</summary>
    private static async Task<TaskState?> EndAsync(TaskContext context, RunView run, string? task, CancellationToken stop)
    {
        var status = run.Body.Status;
        var hasEnded = status is RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled;
        if (task is null) return !hasEnded ? null : status is RunStatus.Success ? TaskState.Success : TaskState.Failed;
        var states = new List<TaskState>();
        await foreach (var instance in context.Control.Runs.Reader.InstancesAsync(run, stop))
            if (instance.Task == task && instance.State is not TaskState.Removed) states.Add(instance.State);
        if (states.Count == 0) return hasEnded ? TaskState.Removed : null;
        if (states.Exists(state => !state.IsFinal())) return null;
        if (states.Exists(state => state is TaskState.Failed or TaskState.UpstreamFailed)) return TaskState.Failed;
        return states.TrueForAll(state => state is TaskState.Skipped) ? TaskState.Skipped : TaskState.Success;
    }

    private static async Task<PokeResult> LatestAsync(TaskContext context, DagRunFields fields, TimeSpan within, CancellationToken stop)
    {
        var since = context.Control.Now - within;
        var read = 0;
        await foreach (var (entry, summary) in context.Control.Runs.ListAsync(fields.Dag, stop))
        {
            if (summary is { Status: RunStatus.Success, EndedAt: { } ended } && new DateTimeOffset(DateTime.SpecifyKind(ended, DateTimeKind.Utc)) >= since) return PokeResult.Met(new { entry.RunId, EndedAt = ended });
            if (++read == MaxRead) break;
        }
        return PokeResult.NotYet();
    }
}

using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Starts a run of another DAG. It is a job like any other: submitted by the attempt's id, so that a crash makes no second run, and killed by
/// a cancel. The run wakes it at its end, so that waiting costs nothing and the parent goes on at once.
/// </summary>
[Operator("dag")]
[Description("Starts a run of another DAG, waits for its end, and hands over its outputs.")]
public sealed class DagOperator : JobOperator<DagFields>
{
    /// <summary>How many runs may stand one in the other.</summary>
    public const int MaxDepth = 16;

    // The run wakes the attempt; these looks only mend what a crash between the two left undone.
    private static readonly WaitPolicy Rarely = new() { Interval = TimeSpan.FromMinutes(1), Backoff = 2, MaxInterval = TimeSpan.FromMinutes(30) };

    private static readonly TimeSpan RoomAgain = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, DagFields fields, CancellationToken stop)
    {
        await CheckDepthAsync(context, stop);
        if (await StartAsync(context, fields, stop) is not { } run) return new JobSubmission(IdOf(context, fields)) { State = IsQueued(true), Policy = Rarely };
        return new JobSubmission(run.RunId) { Ended = fields.Wait ? null : Started(run.RunId), Policy = Rarely };
    }

    /// <summary>Starts the run, and asks for word of its end; null while as many runs of its DAG wait as may.</summary>
    private static async Task<RunRequest?> StartAsync(TaskContext context, DagFields fields, CancellationToken stop)
    {
        if (await TriggerAsync(context, fields, stop) is not { } run) return null;
        context.Log.WriteLine($"run '{run.RunId}' of DAG '{run.Dag}'");
        if (!fields.Wait) return run;
        if (fields.Outputs is { } wanted && await context.Control.Outputs.UnknownAsync(run.DagHash, wanted, stop) is [_, ..] unknown)
            context.Log.WriteLine($"DAG '{run.Dag}' has no task {string.Join(", ", unknown.Select(id => $"'{id}'"))}: this task will fail when the run has ended");
        if (await context.Control.Runs.Reader.GetAsync(run.RunId, stop) is { } view)
        {
            // Who names a run and tries again means that run: what failed in it is done again.
            if (IsFailed(view) && context.Try > 1 && fields.RunId is not null) await context.Control.RepairAsync(context, view, stop);
            await context.Control.FollowAsync(context, view, null, mended: false, stop);
        }
        return run;
    }

    /// <inheritdoc/>
    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, DagFields fields, CancellationToken stop)
    {
        if (job.State is { ValueKind: JsonValueKind.True } queued && await StartAsync(context, fields, stop) is null) return JobCheck.Running(queued) with { NextCheckAfter = RoomAgain };
        if (!fields.Wait) return JobCheck.Ended(Started(job.ExternalId!));
        if (await context.Control.Runs.Reader.GetAsync(job.ExternalId!, stop) is not { } run) return JobCheck.Vanished();
        if (!HasEnded(run))
        {
            // Cleared meanwhile, or not asked because of a crash: the question of one end is one.
            await context.Control.FollowAsync(context, run, null, mended: false, stop);
            return JobCheck.Running(IsQueued(false));
        }
        var name = $"run '{job.ExternalId}' of DAG '{run.Request.Dag}'";
        if (IsFailed(run)) return JobCheck.Ended(TaskOutcome.Failed($"{name} {(run.Body.Status is RunStatus.Cancelled ? "was cancelled" : "failed")}{(run.Body.Reason is { } reason ? ": " + reason : "")}", OperatorErrors.ChildFailed));
        var outputs = context.Control.Outputs;
        var wanted = fields.Outputs ?? (IEnumerable<string>)await outputs.LeavesAsync(run.Request.DagHash, stop);
        if (await outputs.UnknownAsync(run.Request.DagHash, wanted, stop) is [var unknown, ..]) return JobCheck.Ended(TaskOutcome.FailedForGood($"{name} has no task '{unknown}', whose output is asked for", OperatorErrors.ChildRefused));
        return JobCheck.Ended(TaskOutcome.Success(await outputs.ReadAsync(run.Request, wanted, stop)));
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(TaskContext context, JobHandle job, DagFields fields, CancellationToken stop)
    {
        var runId = job.ExternalId ?? IdOf(context, fields);
        // A run that was there before belongs to somebody else: it goes on.
        if (await context.Control.Runs.Reader.GetAsync(runId, stop) is not { } run || HasEnded(run) || run.Request.Parent != context.Run.RunId) return true;
        await context.Control.CommandAsync(context, run, CancelCommand.Kind, new CancelCommand(By: $"run '{context.Run.RunId}'"), stop);
        await context.Control.FollowAsync(context, run, null, mended: false, stop);
        return false;
    }

    private static async Task<RunRequest?> TriggerAsync(TaskContext context, DagFields fields, CancellationToken stop)
    {
        try
        {
            var triggered = await context.Control.Trigger(fields.Dag, trigger => trigger with
            {
                RunId = IdOf(context, fields),
                Conf = fields.Conf,
                Labels = fields.Labels,
                Trigger = "dag",
                TriggeredBy = $"{context.Run.RunId}/{context.TaskId}",
                BusinessKey = fields.BusinessKey,
                Note = fields.Note,
                Parent = context.Run.RunId,
                Root = context.Run.Root ?? context.Run.RunId,
            }, stop);
            return triggered.Request.Dag == fields.Dag
                ? triggered.Request
                : throw new FailTaskException($"there is a run '{triggered.Request.RunId}' already, of DAG '{triggered.Request.Dag}'", OperatorErrors.ChildRefused);
        }
        catch (UpdraftException e) when (e.Code is TriggerErrors.QueueFull)
        {
            context.Log.WriteLine($"not started yet: {e.Message}");
            return null;
        }
        catch (UpdraftException e) when (e.Code is CatalogueErrors.NoSuchDag or CatalogueErrors.NameRefused or RunErrors.ConfRefused or RunErrors.RunIdRefused or TriggerErrors.TextRefused or DagErrors.BadBusinessKey or DagErrors.BadLabel)
        {
            throw new FailTaskException($"DAG '{fields.Dag}' cannot be started so: {e.Message}", OperatorErrors.ChildRefused, e);
        }
    }

    private static async Task CheckDepthAsync(TaskContext context, CancellationToken stop)
    {
        var chain = new List<string> { context.Run.Dag };
        for (var parent = context.Run.Parent; parent is not null && chain.Count < MaxDepth;)
        {
            if (await context.Control.Runs.Reader.RequestAsync(parent, stop) is not { } run) return;
            chain.Add(run.Dag);
            parent = run.Parent;
        }
        if (chain.Count >= MaxDepth) throw new FailTaskException($"runs start runs more than {MaxDepth} deep ({string.Join(" < ", chain.Take(4))} < …): this looks endless", OperatorErrors.ChildTooDeep);
    }

    // The job's state: whether its run has not found room yet.
    private static JsonElement IsQueued(bool queued) => JsonSerializer.SerializeToElement(queued);

    private static TaskOutcome Started(string runId) => TaskOutcome.Success(new { RunId = runId });

    // What is told at the end is stored before, also when the run itself has not been laid to rest yet.
    private static bool HasEnded(RunView run) => run.Body.Status is RunStatus.Success || IsFailed(run);

    private static bool IsFailed(RunView run) => run.Body.Status is RunStatus.Failed or RunStatus.Cancelled;

    private static string IdOf(TaskContext context, DagFields fields) => fields.RunId ?? RunIds.OfCause(fields.Dag, "dag", context.AttemptId);
}

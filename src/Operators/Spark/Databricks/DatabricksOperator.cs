using System.ComponentModel;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Runs a task on Azure Databricks.</summary>
[Operator("databricks")]
[Description("Runs a notebook, a program, SQL or a job on Databricks, and hands its result over.")]
public sealed class DatabricksOperator : JobOperator<DatabricksFields>
{
    /// <summary>What an Azure token for Databricks is for: the application of Azure Databricks, the same in every tenant.</summary>
    public const string Scope = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default";

    private const int MaxSaid = 1000;
    private static readonly WaitPolicy Policy = new() { Interval = TimeSpan.FromSeconds(5), Backoff = 1.3, MaxInterval = TimeSpan.FromMinutes(1) };

    /// <inheritdoc/>
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, DatabricksFields fields, CancellationToken stop)
    {
        var id = await StartAsync(await ConnectAsync(context, fields, stop), context, fields, stop);
        context.Log.WriteLine($"run {id}");
        return new JobSubmission(id) { Policy = Policy };
    }

    /// <inheritdoc/>
    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, DatabricksFields fields, CancellationToken stop)
    {
        var jobs = await ConnectAsync(context, fields, stop);
        // The token of a run that was deleted is refused for ever, so the same try cannot run again.
        if (await jobs.GetAsync(job.ExternalId!, stop) is not { } run) return JobCheck.Ended(TaskOutcome.Failed($"run {job.ExternalId} is gone: somebody deleted it", OperatorErrors.Lost));
        var said = Saying(run);
        if (job.State?.GetString() != said) context.Log.WriteLine(said);
        return run.End is null ? JobCheck.Running(JsonSerializer.SerializeToElement(said)) : JobCheck.Ended(await new DatabricksOutput(jobs, context.Log).ReadAsync(run, stop));
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(TaskContext context, JobHandle job, DatabricksFields fields, CancellationToken stop)
    {
        var jobs = await ConnectAsync(context, fields, stop);
        if (await IdOfAsync(jobs, context, job, fields, stop) is not { } id) return true;
        if (await jobs.GetAsync(id, stop) is not { End: null } run) return true;
        if (run.LifeCycle != "TERMINATING") await jobs.CancelAsync(id, stop);
        return await jobs.GetAsync(id, stop) is not { End: null };
    }

    /// <summary>The run that is to be killed; null when there is none.</summary>
    private static async Task<string?> IdOfAsync(DatabricksJobs jobs, TaskContext context, JobHandle job, DatabricksFields fields, CancellationToken stop)
    {
        if (job.ExternalId is { } known) return known;
        // A run of somebody's job bears the job's name; only the token leads to it.
        return fields.RunNow is null ? (await jobs.FindAsync(RemoteName.Of(context), stop))?.Id : await StartAsync(jobs, context, fields, stop);
    }

    private static Task<string> StartAsync(DatabricksJobs jobs, TaskContext context, DatabricksFields fields, CancellationToken stop)
    {
        var token = JobPaths.NameOf(context.AttemptId);
        return fields.RunNow is null ? jobs.SubmitAsync(DatabricksBody.Submit(fields, RemoteName.Of(context), token), stop) : jobs.RunNowAsync(DatabricksBody.RunNow(fields, token), stop);
    }

    private static async Task<DatabricksJobs> ConnectAsync(TaskContext context, DatabricksFields fields, CancellationToken stop) =>
        new(new ServiceClient(await context.Connect(fields.Connection, stop), azureScope: Scope), fields.ApiVersion);

    private static string Saying(DatabricksRun run)
    {
        var tasks = run.Tasks.Select(task => $"{(run.Tasks.Length > 1 ? $"; {task.Key} {task.Result ?? task.LifeCycle}" : "")}{(task.ClusterLogs is { } logs ? $"; logs of the cluster: {logs}" : "")}");
        var said = $"run {run.Id} is {run.Result ?? run.LifeCycle}{(run.PageUrl is { } page ? $" ({page})" : "")}{string.Concat(tasks)}";
        return said.Length <= MaxSaid ? said : said[..MaxSaid] + "…";
    }
}

using System.ComponentModel;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Runs a job of Azure ML.</summary>
[Operator("azure_ml")]
[Description("Runs a command or a pipeline as a job of Azure Machine Learning.")]
public sealed class AzureMlOperator : JobOperator<AzureMlFields>
{
    /// <summary>What a token for Azure Resource Manager is for.</summary>
    public const string Scope = "https://management.azure.com/.default";

    private static readonly WaitPolicy Policy = new() { Interval = TimeSpan.FromSeconds(5), Backoff = 1.3, MaxInterval = TimeSpan.FromMinutes(1) };

    /// <inheritdoc/>
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, AzureMlFields fields, CancellationToken stop)
    {
        var workspace = await ConnectAsync(context, fields, stop);
        var job = await workspace.CreateAsync(RemoteName.Of(context), AzureMlBody.Of(context, fields, workspace), stop);
        context.Log.WriteLine($"job '{job.Name}'{(job.StudioUrl is { } url ? $", its logs and metrics: {url}" : "")}");
        return new JobSubmission(job.Name) { Policy = Policy };
    }

    /// <inheritdoc/>
    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, AzureMlFields fields, CancellationToken stop)
    {
        var workspace = await ConnectAsync(context, fields, stop);
        if (await workspace.GetAsync(job.ExternalId!, stop) is not { } found) return JobCheck.Vanished();
        if (job.State?.GetString() != found.Status) context.Log.WriteLine($"job '{found.Name}' is {found.Status}");
        return found.Status switch
        {
            "Completed" => JobCheck.Ended(TaskOutcome.Success(new { found.Name, found.StudioUrl, found.Outputs })),
            "Failed" => JobCheck.Ended(TaskOutcome.Failed($"job '{found.Name}' failed; Azure ML says why in its studio{(found.StudioUrl is { } url ? ": " + url : "")}", OperatorErrors.RemoteFailed)),
            "Canceled" => JobCheck.Ended(TaskOutcome.Failed($"job '{found.Name}' was cancelled, and not by this run", OperatorErrors.RemoteCancelled)),
            _ => JobCheck.Running(JsonSerializer.SerializeToElement(found.Status)),
        };
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(TaskContext context, JobHandle job, AzureMlFields fields, CancellationToken stop)
    {
        var workspace = await ConnectAsync(context, fields, stop);
        var name = job.ExternalId ?? RemoteName.Of(context);
        if (await workspace.GetAsync(name, stop) is not { HasEnded: false } found) return true;
        if (found.Status != "CancelRequested") await workspace.CancelAsync(name, stop);
        return await workspace.GetAsync(name, stop) is not { HasEnded: false };
    }

    private static async Task<AzureMlWorkspace> ConnectAsync(TaskContext context, AzureMlFields fields, CancellationToken stop) =>
        new(await context.Connect(fields.Connection, stop), fields.ApiVersion);
}

using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Operators;

namespace Greetings;

/// <summary>
/// A job operator. Its backend is a folder: a job is the file <c>ID.job</c>; whoever does the work writes <c>ID.log</c> as it goes, and
/// <c>ID.done</c> or <c>ID.failed</c> at the end.
/// </summary>
[Operator("folder-job")]
[Description("Leaves a job in a folder and waits until somebody has done it.")]
public sealed class FolderJob : JobOperator<FolderJob.JobFields>
{
    public sealed record JobFields
    {
        [Description("The folder.")]
        public required string Folder { get; init; }

        [Description("What is to be done.")]
        public required string Order { get; init; }
    }

    // The job is named after the attempt, so a submission that is repeated after a crash finds the job that is there.
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, JobFields fields, CancellationToken stop)
    {
        var id = IdOf(context);
        var file = Path.Combine(fields.Folder, id + ".job");
        if (!File.Exists(file)) await File.WriteAllTextAsync(file, fields.Order, stop);
        return new JobSubmission(id);
    }

    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, JobFields fields, CancellationToken stop)
    {
        var path = Path.Combine(fields.Folder, job.ExternalId!);
        var state = await CopyLogAsync(path + ".log", job.State?.GetInt64() ?? 0, context, stop);
        if (File.Exists(path + ".done")) return JobCheck.Ended(TaskOutcome.Success(new { Answer = await File.ReadAllTextAsync(path + ".done", stop) }));
        if (File.Exists(path + ".failed")) return JobCheck.Ended(TaskOutcome.Failed(await File.ReadAllTextAsync(path + ".failed", stop)));
        return File.Exists(path + ".job") ? JobCheck.Running(JsonSerializer.SerializeToElement(state)) : JobCheck.Vanished();
    }

    // Without an id the submission's outcome is unknown: the attempt's own name finds the job, if there is one.
    public override Task<bool> CancelAsync(TaskContext context, JobHandle job, JobFields fields, CancellationToken stop)
    {
        File.Delete(Path.Combine(fields.Folder, (job.ExternalId ?? IdOf(context)) + ".job"));
        return Task.FromResult(true);
    }

    private static async Task<long> CopyLogAsync(string path, long from, TaskContext context, CancellationToken stop)
    {
        if (!File.Exists(path)) return from;
        await using var log = File.OpenRead(path);
        log.Position = from;
        var bytes = new byte[log.Length - from];
        await log.ReadExactlyAsync(bytes, stop);
        await context.Log.WriteAsync(bytes, stop);
        return from + bytes.Length;
    }

    private static string IdOf(TaskContext context) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.AttemptId)))[..16];
}

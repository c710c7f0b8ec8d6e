using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>A batch of Spark behind Livy's protocol: found by its name, watched with its driver's log, killed and confirmed dead.</summary>
/// <typeparam name="TFields">The fields.</typeparam>
public abstract class SparkBatchOperator<TFields> : JobOperator<TFields>
    where TFields : SparkBatchFields
{
    private const int LogTries = 3;
    private const string Dying = "shutting_down";
    private static readonly WaitPolicy Policy = new() { Interval = TimeSpan.FromSeconds(3), Backoff = 1.3, MaxInterval = TimeSpan.FromSeconds(30) };
    private static readonly TimeSpan LogAgain = TimeSpan.FromSeconds(5);

    private protected SparkBatchOperator()
    {
    }

    /// <inheritdoc/>
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, TFields fields, CancellationToken stop)
    {
        var (batches, _) = await ConnectAsync(context, fields, stop);
        var name = RemoteName.Of(context);
        var batch = await batches.CreateAsync(BodyOf(name, fields), name, stop);
        context.Log.WriteLine($"batch {batch.Id}, named '{name}'");
        return new JobSubmission(batch.Id) { Policy = Policy };
    }

    /// <inheritdoc/>
    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop)
    {
        var (batches, driver) = await ConnectAsync(context, fields, stop);
        if (await batches.GetAsync(job.ExternalId!, stop) is not { } batch) return JobCheck.Vanished();
        var before = job.State?.Deserialize<Seen>() ?? new Seen(null, null, 0);
        if (before.State != batch.State) context.Log.WriteLine($"batch {batch.Id} is {batch.State}{(batch.AppId is { } app ? $" as {app}" : "")}");
        DriverLogRead read;
        try
        {
            read = await driver.AppendAsync(batch, before.Log, batch.End is not null, stop);
        }
        catch (Exception e) when (e is ServiceException or Dags.UpdraftException)
        {
            // What becomes of the job does not hang on its log.
            if (batch.End is null || before.LogMisses + 1 < LogTries)
            {
                return JobCheck.Running(StateOf(before with { State = batch.State, LogMisses = batch.End is null ? 0 : before.LogMisses + 1 })) with
                {
                    NextCheckAfter = batch.End is null ? null : (e as ServiceException)?.RetryAfter ?? LogAgain,
                };
            }
            context.Log.WriteLine($"the driver's log could not be read: {e.Message}");
            read = new DriverLogRead(before.Log, batch.LastLines);
        }
        return batch.End is { } end ? JobCheck.Ended(OutcomeOf(batch, end, read.LastLines)) : JobCheck.Running(StateOf(new Seen(batch.State, read.Place, 0)));
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop)
    {
        var (batches, driver) = await ConnectAsync(context, fields, stop);
        var batch = job.ExternalId is { } id ? await batches.GetAsync(id, stop) : await batches.FindAsync(RemoteName.Of(context), stop);
        if (batch is not { End: null }) return true;
        if (driver.GoesWithTheBatch && batch.State != Dying) await AppendRestAsync(driver, batch, job, context, stop);
        context.Log.WriteLine($"killing batch {batch.Id}");
        await batches.DeleteAsync(batch.Id, stop);
        return await batches.GetAsync(batch.Id, stop) is not { End: null };
    }

    /// <summary>The service, and how it shows the driver's log.</summary>
    private protected abstract Task<(LivyBatches Batches, IDriverLog Log)> ConnectAsync(TaskContext context, TFields fields, CancellationToken stop);

    /// <summary>What is asked of the service.</summary>
    private protected abstract JsonObject BodyOf(string name, TFields fields);

    /// <summary>What the driver wrote until it is killed, which is what somebody looks for after a timeout.</summary>
    private static async Task AppendRestAsync(IDriverLog driver, LivyBatch batch, JobHandle job, TaskContext context, CancellationToken stop)
    {
        try
        {
            await driver.AppendAsync(batch, job.State?.Deserialize<Seen>()?.Log, last: true, stop);
        }
        catch (Exception e) when (e is ServiceException or Dags.UpdraftException)
        {
            context.Log.WriteLine($"the end of the driver's log could not be read: {e.Message}");
        }
    }

    private static TaskOutcome OutcomeOf(LivyBatch batch, SparkEnd end, IReadOnlyList<string> lastLines)
    {
        if (end is SparkEnd.Succeeded) return TaskOutcome.Success(new { BatchId = batch.Id, batch.AppId, batch.TrackingUrl });
        var name = $"batch {batch.Id}{(batch.AppId is { } app ? $" ({app})" : "")}";
        if (end is SparkEnd.Killed) return TaskOutcome.Failed($"{name} was killed, and not by this run", OperatorErrors.RemoteCancelled);
        var reason = batch.Errors.IsEmpty ? DriverFailure.ReasonOf(lastLines.Count > 0 ? lastLines : batch.LastLines) : string.Join("; ", batch.Errors);
        return TaskOutcome.Failed($"{name} failed: {reason ?? $"its state is {batch.State}, and it has no log"}", OperatorErrors.RemoteFailed);
    }

    private static JsonElement StateOf(Seen seen) => JsonSerializer.SerializeToElement(seen);

    /// <summary>What the last look saw.</summary>
    /// <param name="State">The state it had.</param>
    /// <param name="Log">How far its log is read.</param>
    /// <param name="LogMisses">How often in a row the log of the ended batch could not be read.</param>
    private sealed record Seen(string? State, JsonElement? Log, int LogMisses);
}

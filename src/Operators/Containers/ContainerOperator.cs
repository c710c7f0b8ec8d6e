using System.Globalization;
using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Runs a container somewhere, follows its log and tells its end: the part that is the same for all backends. An end is noted first and the
/// container removed at the look after that, so that no crash in between runs it again.
/// </summary>
/// <typeparam name="TFields">The operator's fields.</typeparam>
public abstract class ContainerOperator<TFields> : JobOperator<TFields>
    where TFields : ContainerFields
{
    private const int MissesTolerated = 3;
    private const int LongestReason = 280;
    private static readonly TimeSpan BetweenPages = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time;

    private protected ContainerOperator(TimeProvider time) => _time = time;

    private protected abstract Task<IContainerBackend> ConnectAsync(TaskContext context, TFields fields, CancellationToken stop);

    /// <summary>What this backend adds to what all are asked for, and refuses of it.</summary>
    private protected virtual ContainerJob Adapt(ContainerJob job, TFields fields) => WithImage(job);

    private protected static ContainerJob WithImage(ContainerJob job) => string.IsNullOrWhiteSpace(job.Image)
        ? throw new UpdraftException(OperatorErrors.Fields, "no image is given: set 'image', or 'image' of the task's compute profile")
        : job;

    /// <inheritdoc/>
    public sealed override async Task<JobSubmission> SubmitAsync(TaskContext context, TFields fields, CancellationToken stop)
    {
        // Before there is a connection: only secrets that the templates read are looked for.
        var job = Adapt(ContainerJob.Of(context, fields, Manifest), fields);
        var backend = await ConnectAsync(context, fields, stop);
        if (backend.OutputFile(job.Name) is { } output) job = job with { Environment = job.Environment.SetItem(ContainerJob.OutputVariable, new(output, IsSecret: false)) };
        job = ContainerFiles.Tell(job, fields, backend);
        if (fields.HaveFiles && !backend.SendsFilesLater) job = job with { Files = await ContainerFiles.FillAsync(context, fields, stop) };
        var id = await backend.StartAsync(job, stop);
        context.Log.WriteLine($"[{job.Image ?? "the container"} is started as {id}]");
        return new JobSubmission(id);
    }

    /// <inheritdoc/>
    public sealed override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop)
    {
        var backend = await ConnectAsync(context, fields, stop);
        var progress = ContainerProgress.Of(job.State);
        var id = job.ExternalId!;
        if (progress.End is not null) return await FinishAsync(context, backend, id, progress, stop);
        if (await backend.LookAsync(id, stop) is not { } status) return JobCheck.Vanished();

        var hasEnded = status.Phase is ContainerPhase.Ended;
        (progress, var again) = await CopyLogAsync(context, backend, id, progress, hasEnded, stop);
        if (again is not null) return again;
        if (status.WantsFiles) return await SendAsync(context, backend, id, fields, progress, stop);
        progress = status.Phase is ContainerPhase.Waiting ? Wait(context, progress, status) : progress with { WaitingSince = null, Said = null };
        var end = hasEnded ? await EndAsync(context, backend, id, fields, status, progress, stop) : Overdue(fields, status, progress);
        if (end is null) return JobCheck.Running(progress.ToJson());
        if (IsRemoved(fields, end)) return Soon(new ContainerProgress { Log = progress.Log, End = end });
        // What changes nothing may be told at once.
        await backend.ReleaseAsync(id, stop);
        return JobCheck.Ended(await OutcomeOfAsync(context, end, stop));
    }

    /// <inheritdoc/>
    public sealed override async Task<bool> CancelAsync(TaskContext context, JobHandle job, TFields fields, CancellationToken stop)
    {
        var backend = await ConnectAsync(context, fields, stop);
        var name = ContainerJob.NameOf(context.AttemptId);
        if ((job.ExternalId ?? await backend.FindAsync(name, stop)) is { } id && !await backend.KillAsync(id, stop)) return false;
        await ClearAsync(context, backend, stop);
        return true;
    }

    /// <summary>Removes what is left of a container that is dead. Nothing is at work there, so a refusal does not keep the attempt from its end.</summary>
    private static async Task ClearAsync(TaskContext context, IContainerBackend backend, CancellationToken stop)
    {
        try
        {
            await backend.ClearAsync(ContainerJob.NameOf(context.AttemptId), stop);
        }
        catch (UpdraftException e)
        {
            context.Log.WriteLine($"[files of the container could not be removed: {e.Message}]");
        }
    }

    /// <summary>Hands a container what it waits for. What can never be handed over ends it, since it would wait on.</summary>
    private static async Task<JobCheck> SendAsync(TaskContext context, IContainerBackend backend, string id, TFields fields, ContainerProgress progress, CancellationToken stop)
    {
        try
        {
            await backend.SendAsync(id, await ContainerFiles.FillAsync(context, fields, stop), stop);
            return Soon(progress);
        }
        catch (UpdraftException e)
        {
            var outcome = e is FailTaskException || AttemptEnds.IsForGood(e) ? AttemptOutcome.FailedForGood : AttemptOutcome.Failed;
            return Soon(new ContainerProgress { Log = progress.Log, End = new() { Outcome = outcome, Code = e.Code, Reason = Clip(Storable(context, e.Message)!), Kill = true } });
        }
    }

    private static JobCheck Soon(ContainerProgress progress) => JobCheck.Running(progress.ToJson()) with { NextCheckAfter = TimeSpan.Zero };

    private static JobCheck Later(ContainerProgress progress, Exception missed) =>
        JobCheck.Running((progress with { Misses = progress.Misses + 1 }).ToJson()) with { NextCheckAfter = (missed as ServiceException)?.RetryAfter };

    private ContainerProgress Wait(TaskContext context, ContainerProgress progress, ContainerStatus status)
    {
        var reason = Storable(context, status.Reason);
        if (reason is not null && reason != progress.Said) context.Log.WriteLine($"[waiting: {reason}]");
        return progress with { WaitingSince = progress.WaitingSince ?? _time.GetUtcNow(), Said = reason };
    }

    private ContainerEnd? Overdue(TFields fields, ContainerStatus status, ContainerProgress progress)
    {
        if (status.Phase is not ContainerPhase.Waiting) return null;
        if (!status.IsHopeless && _time.GetUtcNow() - progress.WaitingSince < fields.StartTimeout) return null;
        var why = progress.Said ?? "the backend does not say why";
        return new()
        {
            Outcome = AttemptOutcome.Failed,
            Code = status.Code ?? OperatorErrors.ContainerStart,
            Reason = status.IsHopeless ? $"cannot start: {why}" : $"did not start within start_timeout {Durations.Format(fields.StartTimeout)}: {why}",
            Kill = true,
        };
    }

    /// <summary>Appends what is new to the task's log; what to answer when there is more to read before anything else is decided.</summary>
    private static async Task<(ContainerProgress Progress, JobCheck? Again)> CopyLogAsync(
        TaskContext context, IContainerBackend backend, string id, ContainerProgress progress, bool hasEnded, CancellationToken stop)
    {
        try
        {
            if (await backend.ReadLogAsync(id, progress.Log.From, hasEnded, stop) is not { } page) return (progress, null);
            var (lines, next) = progress.Log.Take(page);
            foreach (var line in lines) await context.Log.WriteAsync(Encoding.UTF8.GetBytes(line + '\n'), stop);
            if (page.IsFull && lines.Count == 0)
            {
                context.Log.WriteLine("[lines are left out: more came within a second than can be read]");
                next = next.Skip();
            }
            var last = lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line));
            progress = progress with { Log = next, Misses = 0, LastLine = last is null ? progress.LastLine : Storable(context, last) };
            if (!page.IsFull) return (progress, null);
            return (progress, hasEnded ? Soon(progress) : JobCheck.Running(progress.ToJson()) with { NextCheckAfter = BetweenPages });
        }
        catch (Exception e) when (e is ServiceException or UpdraftException)
        {
            if (!hasEnded) return (progress, null); // The next look reads it.
            if (progress.Misses < MissesTolerated) return (progress, Later(progress, e));
            context.Log.WriteLine($"[the end of the log could not be read: {e.Message}]");
            return (progress, null);
        }
    }

    private static async Task<ContainerEnd> EndAsync(
        TaskContext context, IContainerBackend backend, string id, TFields fields, ContainerStatus status, ContainerProgress progress, CancellationToken stop)
    {
        var codes = fields as ContainerRunFields;
        var reason = Storable(context, status.Reason);
        if (status is { ExitCode: 0, Code: null })
        {
            return await SuccessAsync(context, backend, id, fields, stop);
        }
        if (status is not { ExitCode: { } exitCode, Code: null }) return new() { Outcome = AttemptOutcome.Failed, Code = status.Code, Reason = Clip(reason ?? "the container failed, and its backend does not say why") };
        var said = string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}{(reason is null ? "" : $" ({reason})")}{(progress.LastLine is { } line ? $"; its last line: {line}" : "")}");
        var outcome = exitCode == codes?.SkipExitCode ? AttemptOutcome.Skipped : exitCode == codes?.FailExitCode ? AttemptOutcome.FailedForGood : AttemptOutcome.Failed;
        return new() { Outcome = outcome, Code = OperatorErrors.ExitCode, Reason = Clip(said) };
    }

    private static async Task<ContainerEnd> SuccessAsync(TaskContext context, IContainerBackend backend, string id, TFields fields, CancellationToken stop)
    {
        try
        {
            var output = await ContainerFiles.OutputAsync(context, backend, id, fields, stop);
            return new() { Outcome = AttemptOutcome.Success, Output = output is { } value ? await context.Kept.WriteAsync(value, stop) : null };
        }
        catch (UpdraftException e)
        {
            return new() { Outcome = AttemptOutcome.Failed, Code = e.Code, Reason = Clip(Storable(context, e.Message)!) };
        }
    }

    /// <summary>Removes the container, whose end is noted.</summary>
    private static async Task<JobCheck> FinishAsync(TaskContext context, IContainerBackend backend, string id, ContainerProgress progress, CancellationToken stop)
    {
        var end = progress.End!;
        if (end.Kill)
        {
            if (!await backend.KillAsync(id, stop)) return JobCheck.Running(progress.ToJson());
            await ClearAsync(context, backend, stop);
            return JobCheck.Ended(await OutcomeOfAsync(context, end, stop));
        }
        try
        {
            await backend.RemoveAsync(id, stop);
        }
        catch (Exception e) when (e is ServiceException or UpdraftException)
        {
            if (progress.Misses < MissesTolerated) return Later(progress, e);
            context.Log.WriteLine($"[{id} could not be removed: {e.Message}]");
        }
        return JobCheck.Ended(await OutcomeOfAsync(context, end, stop));
    }

    private static bool IsRemoved(TFields fields, ContainerEnd end) => end.Kill || fields.Removal switch
    {
        ContainerCleanUp.Always => true,
        ContainerCleanUp.OnSuccess => end.Outcome is AttemptOutcome.Success,
        _ => false,
    };

    private static async Task<TaskOutcome> OutcomeOfAsync(TaskContext context, ContainerEnd end, CancellationToken stop) => end.Outcome switch
    {
        AttemptOutcome.Skipped => TaskOutcome.Skipped(end.Reason!),
        AttemptOutcome.FailedForGood => TaskOutcome.FailedForGood(end.Reason!, end.Code),
        AttemptOutcome.Failed => TaskOutcome.Failed(end.Reason!, end.Code),
        _ => end.Output is { } output ? TaskOutcome.Success(await context.Kept.ReadAsync(output, stop)) : TaskOutcome.Success(),
    };

    /// <summary>What the engine may keep: no secret, and not much.</summary>
    private static string? Storable(TaskContext context, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return context.HoldsSecret(line) ? "***" : line.Length <= 200 ? line : line[..199] + "…";
    }

    private static string Clip(string text) => text.Length <= LongestReason ? text : text[..(LongestReason - 1)] + "…";
}

using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activity that does the whole of an attempt. Its result confirms that nothing of the work is left.</summary>
internal sealed class RunAttempt(AttemptServices services)
{
    // No timer runs longer; a bound beyond it is none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly AttemptPreparation _preparation = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);

    public async Task<object?> RunAsync(ActivityContext activity)
    {
        var request = activity.GetInput<AttemptRequest>();
        while (true)
        {
            var claim = await services.Host.ClaimAsync(request.AttemptId, activity.Cancellation);
            if (claim is not null)
            {
                AttemptResult result;
                await using (claim) result = await ActAsync(request, claim, activity);
                if (!claim.IsLost) return result;
            }
            // Of the results of one activity the first counts: that must be the one of who acts, and so not of one that is late.
            var released = await services.Host.WaitForReleaseAsync(request.AttemptId, activity.Cancellation);
            if (claim is not null) return AttemptEnds.Lost("another worker took this attempt over");
            if (released) return AttemptEnds.Lost("another worker held this attempt");
        }
    }

    private async Task<AttemptResult> ActAsync(AttemptRequest request, IAttempt claim, ActivityContext activity)
    {
        RunRequest? run = null;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(claim.Stopping, activity.Cancellation);
        try
        {
            run = await PatientlyAsync(() => services.Inputs.RequestAsync(request.RunId, stopping.Token), stopping.Token);
            await using var attempt = await PatientlyAsync(() => _preparation.PrepareAsync<IRunOperator>(request, stopping.Token), stopping.Token);
            AttemptMetrics.Began(run.Dag, request, services.Time.GetUtcNow());
            try
            {
                return Ended(run, request, await WorkAsync(request, attempt, claim, activity.Cancellation));
            }
            finally
            {
                AttemptMetrics.Left(run.Dag);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Ended(run, request, Stopped(claim, activity.Cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Ended(run, request, AttemptEnds.Of(e, Redactor.None));
        }
    }

    private async Task<AttemptResult> WorkAsync(AttemptRequest request, PreparedAttempt<IRunOperator> attempt, IAttempt claim, CancellationToken shutdown)
    {
        var startedAt = services.Time.GetUtcNow();
        using var timeout = new CancellationTokenSource(attempt.Task.Timeout is { } bound && bound < LongestTimer ? bound : Timeout.InfiniteTimeSpan, services.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(claim.Stopping, shutdown, timeout.Token);
        AttemptResult result;
        try
        {
            var outcome = await attempt.Operator.RunAsync(attempt.Context, attempt.Fields, stop.Token);
            var output = outcome.Output is { } value ? await PatientlyAsync(() => _outputs.WriteAsync(request, value, CancellationToken.None), stop.Token) : null;
            result = AttemptEnds.Of(outcome, output, attempt.Redactor, attempt.Produced);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not (SkipTaskException or FailTaskException))
        {
            result = timeout.IsCancellationRequested && !claim.StopRequested ? TimedOut(attempt.Task) : Stopped(claim, shutdown);
        }
        catch (Exception e)
        {
            if (e is not (UpdraftException or SkipTaskException)) attempt.Context.Log.WriteLine(e.ToString());
            result = AttemptEnds.Of(e, attempt.Redactor);
        }
        return result with { StartedAt = startedAt, EndedAt = services.Time.GetUtcNow() };
    }

    private Task<T> PatientlyAsync<T>(Func<Task<T>> act, CancellationToken stop) => StoragePatience.AwaitAsync(services.Time, StoragePatience.ForWork, act, stop);

    private AttemptResult Ended(RunRequest? run, AttemptRequest request, AttemptResult result)
    {
        AttemptRecord.Ended(run, request, result, worked: true, services.Time.GetUtcNow());
        return result;
    }

    private static AttemptResult TimedOut(TaskSpec task) => new()
    {
        Outcome = AttemptOutcome.TimedOut,
        Reason = $"overran its timeout of {Durations.Format(task.Timeout!.Value)} and was killed",
        Code = OperatorErrors.TimedOut,
    };

    // A host that shuts down runs the activity again later, so it gets no result.
    private static AttemptResult Stopped(IAttempt claim, CancellationToken shutdown)
    {
        if (claim.StopRequested) return new() { Outcome = AttemptOutcome.Stopped, Reason = "stopped on request", Code = OperatorErrors.Stopped };
        shutdown.ThrowIfCancellationRequested();
        return AttemptEnds.Lost("another worker took this attempt over, or its claim could not be renewed");
    }
}

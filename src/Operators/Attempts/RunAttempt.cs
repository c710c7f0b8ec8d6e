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
        var began = services.Time.GetUtcNow();
        while (true)
        {
            var claim = await services.Host.ClaimAsync(request.AttemptId, activity.Cancellation);
            if (claim is not null)
            {
                AttemptResult result;
                await using (claim) result = await ActAsync(request, claim, began, activity);
                if (!claim.IsLost) return result;
            }
            // Of the results of one activity the first counts: that must be the one of who acts, and so not of one that is late.
            var released = await services.Host.WaitForReleaseAsync(request.AttemptId, activity.Cancellation);
            if (claim is not null) return AttemptEnds.Lost("another worker took this attempt over");
            if (released) return AttemptEnds.Lost("another worker held this attempt");
            if (Left(began) < services.LongestAttempt / 2) return AttemptEnds.Lost("the worker that held this attempt vanished");
        }
    }

    private async Task<AttemptResult> ActAsync(AttemptRequest request, IAttempt claim, DateTimeOffset began, ActivityContext activity)
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
                return Ended(run, request, await WorkAsync(request, attempt, claim, Left(began), activity.Cancellation));
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

    private async Task<AttemptResult> WorkAsync(AttemptRequest request, PreparedAttempt<IRunOperator> attempt, IAttempt claim, TimeSpan? left, CancellationToken shutdown)
    {
        var startedAt = services.Time.GetUtcNow();
        var isOwn = attempt.Task.Timeout is { } own && !(left < own);
        var bound = (isOwn ? attempt.Task.Timeout : left) ?? TimeSpan.MaxValue;
        using var timeout = new CancellationTokenSource(bound < LongestTimer ? bound : Timeout.InfiniteTimeSpan, services.Time);
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
            result = timeout.IsCancellationRequested && !claim.StopRequested ? TimedOut(isOwn ? attempt.Task.Timeout : null) : Stopped(claim, shutdown);
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

    /// <summary>What is left of the time that the host gives an activity; null for no bound.</summary>
    private TimeSpan? Left(DateTimeOffset began) => services.LongestAttempt - (services.Time.GetUtcNow() - began) is { } left ? left > TimeSpan.Zero ? left : TimeSpan.Zero : null;

    /// <summary>Killed at its task's timeout; or, where that is null, at the host's.</summary>
    private AttemptResult TimedOut(TimeSpan? own) => new()
    {
        Outcome = AttemptOutcome.TimedOut,
        Reason = own is { } timeout
            ? $"overran its timeout of {Durations.Format(timeout)} and was killed"
            : $"was killed after {Durations.Format(services.LongestAttempt!.Value)}, the longest that this host lets a task work within it: run what takes longer in a container, or where an operator of another service starts it",
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

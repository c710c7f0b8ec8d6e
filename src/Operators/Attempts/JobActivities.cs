using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activities of remote jobs. What the backend refuses is a result; what nobody foresaw is thrown, so that the caller knows nothing for certain.</summary>
internal sealed class JobActivities(AttemptServices services)
{
    private readonly AttemptPreparation _preparation = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);

    public async Task<object?> SubmitAsync(ActivityContext activity)
    {
        var input = activity.GetInput<SubmitJob>();
        return await DoAsync(input.Attempt, async attempt =>
        {
            AttemptMetrics.Waited(attempt.Context.Run.Dag, input.Attempt, services.Time.GetUtcNow());
            var submitted = await attempt.Operator.SubmitAsync(attempt.Context, attempt.Fields, activity.Cancellation);
            if (submitted.Ended is { } ended) return new SubmittedJob { Ended = await ResultAsync(input.Attempt, ended, attempt) };
            return new SubmittedJob { ExternalId = submitted.ExternalId, State = submitted.State, Policy = submitted.Policy };
        }, (e, redactor) => e is UpdraftException or SkipTaskException ? new SubmittedJob { Ended = AttemptEnds.Of(e, redactor) } : null, activity.Cancellation);
    }

    public async Task<object?> CheckAsync(ActivityContext activity)
    {
        var input = activity.GetInput<CheckJob>();
        return await DoAsync(input.Attempt, async attempt =>
        {
            var check = await attempt.Operator.CheckAsync(attempt.Context, new JobHandle(input.ExternalId, input.State), attempt.Fields, activity.Cancellation);
            return new CheckedJob
            {
                Status = check.Status,
                State = check.State,
                NextCheckAfter = check.NextCheckAfter,
                Result = check.Outcome is { } outcome ? await ResultAsync(input.Attempt, outcome, attempt) : null,
            };
        }, (e, redactor) => new CheckedJob { Status = JobStatus.Running, State = input.State, Error = Error(e, redactor), NextCheckAfter = (e as ServiceException)?.RetryAfter }, activity.Cancellation);
    }

    public async Task<object?> CancelAsync(ActivityContext activity)
    {
        var input = activity.GetInput<CancelJob>();
        return await DoAsync(
            input.Attempt,
            async attempt => new CancelledJob(await attempt.Operator.CancelAsync(attempt.Context, new JobHandle(input.ExternalId, input.State), attempt.Fields, activity.Cancellation)),
            (e, redactor) => new CancelledJob(Dead: false, Error(e, redactor)),
            activity.Cancellation);
    }

    /// <summary>Prepares the attempt and acts. What was thrown becomes a result where <paramref name="failed"/> makes one, without the attempt's secrets.</summary>
    private async Task<T> DoAsync<T>(AttemptRequest request, Func<PreparedAttempt<IJobOperator>, Task<T>> act, Func<Exception, Redactor, T?> failed, CancellationToken stop)
        where T : class
    {
        var redactor = Redactor.None;
        try
        {
            await using var attempt = await _preparation.PrepareAsync<IJobOperator>(request, stop);
            try
            {
                return await act(attempt);
            }
            finally
            {
                redactor = attempt.Redactor;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            if (failed(e, redactor) is { } result) return result;
            if (redactor.Redact(e.Message) == e.Message) throw;
            throw new InvalidOperationException(Error(e, redactor)); // As it is, it would carry a secret.
        }
    }

    private static string Error(Exception e, Redactor redactor) => AttemptEnds.Clip(redactor.Redact(AttemptEnds.Message(e)));

    private async Task<AttemptResult> ResultAsync(AttemptRequest request, TaskOutcome outcome, PreparedAttempt<IJobOperator> attempt)
    {
        try
        {
            return AttemptEnds.Of(outcome, outcome.Output is { } value ? await _outputs.WriteAsync(request, value, CancellationToken.None) : null, attempt.Redactor, attempt.Produced);
        }
        catch (UpdraftException e)
        {
            return AttemptEnds.Of(e, attempt.Redactor);
        }
    }
}

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
        try
        {
            await using var attempt = await _preparation.PrepareAsync<IJobOperator>(input.Attempt, activity.Cancellation);
            var submitted = await attempt.Operator.SubmitAsync(attempt.Context, attempt.Fields, activity.Cancellation);
            if (submitted.Ended is { } ended) return new SubmittedJob { Ended = await ResultAsync(input.Attempt, ended, attempt) };
            return new SubmittedJob { ExternalId = submitted.ExternalId, State = submitted.State, Policy = submitted.Policy };
        }
        catch (Exception e) when (e is UpdraftException or SkipTaskException)
        {
            return new SubmittedJob { Ended = AttemptEnds.Of(e, Redactor.None) };
        }
    }

    public async Task<object?> CheckAsync(ActivityContext activity)
    {
        var input = activity.GetInput<CheckJob>();
        try
        {
            await using var attempt = await _preparation.PrepareAsync<IJobOperator>(input.Attempt, activity.Cancellation);
            var check = await attempt.Operator.CheckAsync(attempt.Context, new JobHandle(input.ExternalId, input.State), attempt.Fields, activity.Cancellation);
            return new CheckedJob
            {
                Status = check.Status,
                State = check.State,
                NextCheckAfter = check.NextCheckAfter,
                Result = check.Outcome is { } outcome ? await ResultAsync(input.Attempt, outcome, attempt) : null,
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new CheckedJob { Status = JobStatus.Running, State = input.State, Error = AttemptEnds.Clip(AttemptEnds.Message(e)) };
        }
    }

    public async Task<object?> CancelAsync(ActivityContext activity)
    {
        var input = activity.GetInput<CancelJob>();
        try
        {
            await using var attempt = await _preparation.PrepareAsync<IJobOperator>(input.Attempt, activity.Cancellation);
            return new CancelledJob(await attempt.Operator.CancelAsync(attempt.Context, new JobHandle(input.ExternalId, input.State), attempt.Fields, activity.Cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new CancelledJob(Dead: false, AttemptEnds.Clip(AttemptEnds.Message(e)));
        }
    }

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

using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activity of sensors. A look that fails is an error that the policy counts; only what no further look can mend ends the attempt.</summary>
internal sealed class SensorActivities(AttemptServices services)
{
    private readonly AttemptPreparation _preparation = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);

    public async Task<object?> PokeAsync(ActivityContext activity)
    {
        var input = activity.GetInput<PokeSensor>();
        try
        {
            await using var attempt = await _preparation.PrepareAsync<ISensorOperator>(input.Attempt, activity.Cancellation);
            return await PokeAsync(input, attempt, activity.Cancellation);
        }
        catch (UpdraftException e)
        {
            return Ended(AttemptEnds.Of(e, Redactor.None));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new PokedSensor { Met = false, State = input.State, Error = AttemptEnds.Clip(AttemptEnds.Message(e)) };
        }
    }

    private async Task<PokedSensor> PokeAsync(PokeSensor input, PreparedAttempt<ISensorOperator> attempt, CancellationToken stop)
    {
        var policy = attempt.Operator.PolicyOf(attempt.Fields);
        try
        {
            SensorMetrics.Looked(conditions: 1, waiters: 1);
            var poke = await attempt.Operator.PokeAsync(attempt.Context, attempt.Fields, input.State, stop);
            return new PokedSensor
            {
                Met = poke.IsMet,
                State = poke.State,
                NextPokeAfter = poke.NextPokeAfter,
                Policy = policy,
                Result = poke.IsMet ? await SuccessAsync(input.Attempt, poke, attempt) : null,
            };
        }
        catch (Exception e) when (e is SkipTaskException or FailTaskException || AttemptEnds.IsForGood(e))
        {
            return Ended(AttemptEnds.Of(e, attempt.Redactor));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new PokedSensor { Met = false, State = input.State, Policy = policy, Error = AttemptEnds.Clip(attempt.Redactor.Redact(AttemptEnds.Message(e))) };
        }
    }

    private async Task<AttemptResult> SuccessAsync(AttemptRequest request, PokeResult poke, PreparedAttempt<ISensorOperator> attempt)
    {
        var outcome = poke.Value is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success();
        return AttemptEnds.Of(outcome, outcome.Output is { } output ? await _outputs.WriteAsync(request, output, CancellationToken.None) : null, attempt.Redactor, attempt.Produced);
    }

    private static PokedSensor Ended(AttemptResult result) => new() { Met = false, Result = result };
}

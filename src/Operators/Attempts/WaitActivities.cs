using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activities of sensors that share their looks.</summary>
internal sealed class WaitActivities(AttemptServices services)
{
    private readonly AttemptPreparation _preparation = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);

    private WaitBoard Board => services.Waits ?? throw new InvalidOperationException("this task is run without a host of runs");

    /// <summary>Begins a wait. Called again for the same attempt it finds what it did before.</summary>
    public async Task<object?> StartAsync(ActivityContext activity)
    {
        var start = activity.GetInput<StartActor>();
        var request = start.Request.Deserialize<JobRequest>(OrchestrationJson.Options)!;
        var id = request.Attempt.AttemptId;
        if (await Board.WaitsAloneAsync(start, activity.Cancellation) || await Board.WaitsAsync(request.Attempt, activity.Cancellation)) return new StartedWait(id);
        var redactor = Redactor.None;
        try
        {
            await using var attempt = await _preparation.PrepareAsync<ISensorOperator>(request.Attempt, activity.Cancellation);
            redactor = attempt.Redactor;
            AttemptMetrics.Waited(attempt.Context.Run.Dag, request.Attempt, Board.Now);
            return new StartedWait(id, await StartAsync(start, request, attempt, activity.Cancellation));
        }
        catch (Exception e) when (e is UpdraftException or SkipTaskException)
        {
            return new StartedWait(id, AttemptEnds.Of(e, redactor));
        }
    }

    /// <summary>Ends a wait.</summary>
    public async Task<object?> StopAsync(ActivityContext activity) => await Board.StopAsync(activity.GetInput<StopWait>(), activity.Cancellation);

    /// <summary>Looks at the conditions of a watcher that are due.</summary>
    public async Task<object?> WatchAsync(ActivityContext activity) =>
        await new ConditionLook(services, Board, activity.GetInput<WatchConditions>(), activity.Cancellation).RunAsync();

    private async Task<AttemptResult?> StartAsync(StartActor start, JobRequest request, PreparedAttempt<ISensorOperator> attempt, CancellationToken cancellation)
    {
        var ofPackage = services.Operators.Find(attempt.Task.Operator) is null;
        if (WaitKeys.Of(attempt, ofPackage, start.Lane) is not { } keys)
        {
            await Board.WaitAloneAsync(start, cancellation);
            return null;
        }
        var wait = new SharedWait
        {
            Request = request,
            Since = Board.Now,
            Policy = attempt.Operator.PolicyOf(attempt.Fields) ?? WaitPolicy.Sensor,
            Condition = keys.Text,
            Anew = request.Attempt.Try > 1, // After a retry or a clear.
            Produced = attempt.Produced,
        };
        var known = attempt.Operator.Memory is SensorMemory.Lasting && !wait.Anew ? await Board.RecallAsync(keys.Condition, cancellation) : null;
        if (known is not null && WaitRules.Counts(known, wait, wait.Since))
        {
            var found = new FoundCondition(known.Result, known.Result.Output is { Blob: not null } large ? await _outputs.ReadAsync(large, cancellation) : null);
            return await found.ForAsync(wait, _outputs, cancellation) with { StartedAt = wait.Since, EndedAt = wait.Since, Produced = wait.Produced };
        }
        await Board.WaitAsync(new(WatcherPaths.Of(keys.Watcher), keys.Condition, new(attempt.Task.Operator, keys.Backend), start.Lane), wait, cancellation);
        return null;
    }
}

/// <summary>How the wait for a condition ends, with the output's value where it is too large to stand in the result.</summary>
internal sealed record FoundCondition(AttemptResult Result, JsonElement? Value)
{
    /// <summary>The result for one who waits: what is large lies with each, so that it goes with its run.</summary>
    public async Task<AttemptResult> ForAsync(SharedWait wait, OutputStore outputs, CancellationToken cancellation) =>
        Value is { } value ? Result with { Output = await outputs.WriteAsync(wait.Request.Attempt, value, cancellation) } : Result;
}

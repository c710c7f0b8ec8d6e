using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Drives a job as its actor does: what a look returned as state is handed to the next.</summary>
internal sealed class TestJob(TestAttempts attempts, AttemptRequest attempt)
{
    public AttemptRequest Attempt => attempt;

    public string? ExternalId { get; set; }

    public System.Text.Json.JsonElement? State { get; set; }

    /// <summary>The job's log.</summary>
    public string Log => attempts.Blobs.TextOf(TestAttempts.LogOf(attempt.TaskId));

    public async Task<SubmittedJob> SubmitAsync()
    {
        var submitted = await attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, new SubmitJob(attempt));
        (ExternalId, State) = (submitted.ExternalId, submitted.State);
        return submitted;
    }

    public async Task<CheckedJob> CheckAsync()
    {
        var look = await attempts.CallAsync<CheckedJob>(ActivityNames.CheckJob, new CheckJob(attempt, ExternalId!, State));
        State = look.State ?? State;
        Assert.True(State is null || State.Value.GetRawText().Length <= 2048, "a job's state is 2 KB at most");
        return look;
    }

    public Task<CancelledJob> CancelAsync() => attempts.CallAsync<CancelledJob>(ActivityNames.CancelJob, new CancelJob(attempt, ExternalId, State));
}

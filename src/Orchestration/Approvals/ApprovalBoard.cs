namespace Updraft.Orchestration;

/// <summary>
/// Where questions and answers meet. A question is decided by one put-if-absent, whoever comes first: a person, another person, or the
/// deadline. Then its sensor is woken, which reads the decision.
/// </summary>
internal sealed class ApprovalBoard(IStateStore store, ActorClient actors, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<ApprovalQuestion?> QuestionAsync(string folder, CancellationToken cancellation) =>
        (await store.GetAsync<ApprovalQuestion>(ApprovalPaths.Question(folder), cancellation))?.Value;

    public async Task<ApprovalDecision?> DecisionAsync(ApprovalQuestion question, CancellationToken cancellation) =>
        (await store.GetAsync<ApprovalDecision>(ApprovalPaths.Decision(ApprovalPaths.Of(question)), cancellation))?.Value;

    /// <summary>Asks a question, if that has not been done; the one that was asked first holds.</summary>
    public async Task<ApprovalQuestion> AskAsync(ApprovalQuestion question, CancellationToken cancellation)
    {
        var folder = ApprovalPaths.Of(question);
        if (await store.PutAsync(ApprovalPaths.Question(folder), question, WriteCondition.IfAbsent, cancellation: cancellation) is null)
            question = await QuestionAsync(folder, cancellation) ?? throw new InvalidOperationException($"the question of '{question.AttemptId}' is gone, which goes only with its run");
        await store.PutAsync(ApprovalPaths.OpenEntry(question), new OpenApproval(folder), WriteCondition.None, cancellation: cancellation);
        return question;
    }

    /// <summary>Stores a decision unless there is one, and returns the one that holds.</summary>
    public async Task<(ApprovalDecision Decision, bool First)> DecideAsync(ApprovalQuestion question, ApprovalDecision decision, CancellationToken cancellation)
    {
        var path = ApprovalPaths.Decision(ApprovalPaths.Of(question));
        if (await store.PutAsync(path, decision, WriteCondition.IfAbsent, cancellation: cancellation) is not null) return (decision, true);
        return ((await store.GetAsync<ApprovalDecision>(path, cancellation))!.Value, false);
    }

    /// <summary>What was decided; once the deadline has passed, there is a decision.</summary>
    public async Task<ApprovalDecision?> SettleAsync(ApprovalQuestion question, CancellationToken cancellation)
    {
        if (await DecisionAsync(question, cancellation) is { } decided) return decided;
        return question.Deadline is { } deadline && Now >= deadline ? (await DecideAsync(question, ApprovalRules.Missed(question), cancellation)).Decision : null;
    }

    /// <summary>Takes a question off the index of what is open.</summary>
    public Task CloseAsync(ApprovalQuestion question, CancellationToken cancellation) => store.DeleteAsync(ApprovalPaths.OpenEntry(question), null, cancellation);

    /// <summary>Makes the try that asked look.</summary>
    public Task WakeAsync(ApprovalQuestion question, CancellationToken cancellation) => actors.TellAsync(new()
    {
        Id = JobPaths.Of(question.RunId, question.AttemptId), EntryId = "approval", Kind = JobCommands.Wake, Body = NoBody.Json,
    }, cancellation);

    /// <summary>Whether the try that asked takes nothing in any more.</summary>
    public Task<bool> IsOverAsync(ApprovalQuestion question, CancellationToken cancellation) =>
        JobPaths.IsOverAsync(actors, JobPaths.Of(question.RunId, question.AttemptId), cancellation);

    /// <summary>Why the try that asked ended other than by an answer; null when it did not.</summary>
    public async Task<string?> StoppedAsync(ApprovalQuestion question, CancellationToken cancellation)
    {
        if (await actors.GetHeadAsync(JobPaths.Of(question.RunId, question.AttemptId), cancellation) is not { } head) return null;
        return JobState.Read(head.Body) is { Phase: JobPhase.Telling or JobPhase.Done, Result: { Code: JobErrors.Stopped or JobErrors.TimedOut } result } ? result.Reason : null;
    }
}

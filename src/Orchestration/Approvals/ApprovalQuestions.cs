namespace Updraft.Orchestration;

/// <summary>Asks people, for a try that waits for their answer. Thread-safe; one call at a time for a try.</summary>
public sealed class ApprovalQuestions(IStateStore store, ActorClient actors, TimeProvider clock)
{
    private readonly ApprovalBoard _board = new(store, actors, clock);

    /// <summary>
    /// Asks, if that has not been done, and looks for the answer. The question that was asked first holds; when its deadline has passed
    /// without an answer, that is decided here. Without a decision, the actor of the try is woken by the answer.
    /// </summary>
    /// <param name="question">What is asked; its deadline counts from <see cref="ApprovalQuestion.AskedAt"/>.</param>
    /// <param name="asked">Whether an earlier call for this try has returned.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ApprovalView> AskAsync(ApprovalQuestion question, bool asked, CancellationToken cancellation = default)
    {
        var held = (asked ? await _board.QuestionAsync(ApprovalPaths.Of(question), cancellation) : null) ?? await _board.AskAsync(question, cancellation);
        var decision = await _board.SettleAsync(held, cancellation);
        if (decision is not null) await _board.CloseAsync(held, cancellation);
        return new(held, decision, decision is null);
    }
}

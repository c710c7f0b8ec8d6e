using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Shows the questions that tasks ask, and answers them. Thread-safe. A call may be repeated after a failure: an answer is one.</summary>
public sealed class ApprovalClient(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>Most questions on a page.</summary>
    public const int MaxPage = 200;

    private readonly ApprovalBoard _board = new(store, actors, clock);
    private readonly RunReader _runs = new(store);

    /// <summary>A page of the questions that are open. Its cost follows what is open, whatever has been asked before.</summary>
    /// <param name="dag">Only those of a DAG; null for all.</param>
    /// <param name="runId">Only those of a run; null for all.</param>
    /// <param name="after">Where a page before ended; null for the first page.</param>
    /// <param name="count">How many, 1 to 200.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ApprovalPage> ListAsync(string? dag = null, string? runId = null, string? after = null, int count = 50, CancellationToken cancellation = default)
    {
        if (runId is not null) dag ??= (await _runs.RequestAsync(runId, cancellation))?.Dag;
        if (runId is not null && dag is null) return new([], null);
        var prefix = ApprovalPaths.Open + (dag is null ? "" : DocumentPath.Of(dag)) + (runId is null ? "" : DocumentPath.Of(runId));
        var page = ImmutableArray.CreateBuilder<ApprovalQuestion>();
        await foreach (var listed in store.ListAsync(prefix, after is null ? null : ApprovalPaths.Open + after, cancellation))
        {
            if (await WaitingAtAsync(listed, cancellation) is not { } question || await _board.DecisionAsync(question, cancellation) is not null) continue;
            page.Add(question);
            if (page.Count >= Math.Clamp(count, 1, MaxPage)) return new(page.ToImmutable(), listed.Path[ApprovalPaths.Open.Length..]);
        }
        return new(page.ToImmutable(), null);
    }

    /// <summary>All questions of a run with what became of them, of each instance in the order of tries.</summary>
    public async IAsyncEnumerable<ApprovalView> OfRunAsync(string runId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(ApprovalPaths.OfRun(runId), null, cancellation))
            if (ApprovalPaths.FolderOf(listed.Path) is { } folder && await _board.QuestionAsync(folder, cancellation) is { } question) yield return await ViewAsync(question, cancellation);
    }

    /// <summary>The question of a task instance; null when it has asked none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">Full id of the task.</param>
    /// <param name="keys">Map keys, outermost first; empty for a plain task.</param>
    /// <param name="tryNumber">The try; null for the latest that has asked.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ApprovalView?> GetAsync(string runId, string taskId, ImmutableArray<string> keys, int? tryNumber = null, CancellationToken cancellation = default) =>
        await FindAsync(runId, taskId, keys, tryNumber, cancellation) is { } question ? await ViewAsync(question, cancellation) : null;

    /// <summary>Answers a question. Once this returns, the answer holds, and the task is on the way. The same answer of the same person twice is one.</summary>
    /// <exception cref="UpdraftException">One of <see cref="ApprovalErrors"/>: it is refused, and changes nothing.</exception>
    public async Task<ApprovalView> AnswerAsync(ApprovalAnswer answer, CancellationToken cancellation = default)
    {
        var question = await FindAsync(answer.RunId, answer.TaskId, answer.Keys, answer.Try, cancellation) ?? throw new UpdraftException(
            ApprovalErrors.NoQuestion, $"'{ApprovalRules.NameOf(answer.TaskId, answer.Keys)}' of run '{answer.RunId}' asks nothing: see 'updraft approvals list'");
        var isOver = await _board.IsOverAsync(question, cancellation);
        if (isOver && await _board.DecisionAsync(question, cancellation) is null)
        {
            await _board.CloseAsync(question, cancellation);
            throw ApprovalRules.Over(question, "the try that asked has ended");
        }
        if (!isOver && await _board.SettleAsync(question, cancellation) is { Kind: not ApprovalDecisionKind.Answered } missed)
        {
            await _board.WakeAsync(question, cancellation);
            throw ApprovalRules.Refusal(question, missed);
        }

        var mine = ApprovalRules.Decide(question, answer, _board.Now);
        var (held, first) = await _board.DecideAsync(question, mine, cancellation);
        // Also for an answer that comes again: the first may have been cut short just here.
        if (!isOver) await _board.WakeAsync(question, cancellation);
        if (!first && !ApprovalRules.IsSame(held, mine)) throw ApprovalRules.Refusal(question, held);
        return await _board.StoppedAsync(question, cancellation) is { } stopped ? throw ApprovalRules.Over(question, stopped) : new ApprovalView(question, held, false);
    }

    private async Task<ApprovalQuestion?> FindAsync(string runId, string taskId, ImmutableArray<string> keys, int? tryNumber, CancellationToken cancellation)
    {
        if (tryNumber is { } number) return await _board.QuestionAsync(ApprovalPaths.Of(runId, taskId, keys, number), cancellation);
        string? latest = null;
        await foreach (var listed in store.ListAsync(ApprovalPaths.OfInstance(runId, taskId, keys), null, cancellation)) latest = ApprovalPaths.FolderOf(listed.Path) ?? latest;
        return latest is null ? null : await _board.QuestionAsync(latest, cancellation);
    }

    private async Task<ApprovalView> ViewAsync(ApprovalQuestion question, CancellationToken cancellation)
    {
        var decision = await _board.DecisionAsync(question, cancellation);
        return new(question, decision, decision is null && !await _board.IsOverAsync(question, cancellation));
    }

    /// <summary>Takes what is not open any more off the index: what was cancelled, or went with its run.</summary>
    /// <returns>How many entries were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation = default)
    {
        var removed = 0;
        await foreach (var listed in store.ListAsync(ApprovalPaths.Open, null, cancellation))
            if (await WaitingAtAsync(listed, cancellation) is null) removed++;
        return removed;
    }

    /// <summary>The question of an entry of the index. Null when the try that asked has ended: then the entry is removed.</summary>
    private async Task<ApprovalQuestion?> WaitingAtAsync(DocumentEntry listed, CancellationToken cancellation)
    {
        if (await store.GetAsync<OpenApproval>(listed.Path, cancellation) is not { } entry) return null;
        if (await _board.QuestionAsync(entry.Value.Folder, cancellation) is { } question && !await _board.IsOverAsync(question, cancellation)) return question;
        await store.DeleteAsync(listed.Path, entry.ETag, cancellation);
        return null;
    }
}

using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about the questions that tasks ask people.</summary>
internal static class ApprovalOperations
{
    private const int MostListed = 1_000;

    public static readonly Operation<ApprovalsRequest, ApprovalPage> List = new("approvals/list", (host, request, cancellation) =>
        host.Services.Approvals.ListAsync(request.Dag, request.RunId, request.After, request.Count, cancellation));

    public static readonly Operation<RunQuestions, ImmutableArray<ApprovalView>> OfRun = new("approvals/run", async (host, request, cancellation) =>
        [.. await host.Services.Approvals.OfRunAsync(request.RunId, cancellation).Take(MostListed).ToListAsync(cancellation)]);

    public static readonly Operation<WhichQuestion, ApprovalView> Show = new("approvals/show", async (host, request, cancellation) =>
        await host.Services.Approvals.GetAsync(request.RunId, request.TaskId, request.Keys, request.Try, cancellation) ?? throw await NoQuestionAsync(host, request, cancellation));

    public static readonly Operation<ApprovalAnswer, ApprovalAnswered> Answer = new("approvals/answer", async (host, request, cancellation) =>
        new ApprovalAnswered(await host.Services.Approvals.AnswerAsync(request, cancellation), host.Drives(request.RunId)));

    public static readonly ImmutableArray<Operation> All = [List, OfRun, Show, Answer];

    private static async Task<UpdraftException> NoQuestionAsync(LocalHost host, WhichQuestion which, CancellationToken cancellation)
    {
        await TaskSelection.OfAsync(host.Data, which.RunId, [new InstanceSelector(which.TaskId, which.Keys)], cancellation);
        return new UpdraftException(ApprovalErrors.NoQuestion, $"'{Printable.Of(new InstanceName(which.TaskId, which.Keys).ToString())}' of run '{Printable.Of(which.RunId)}' has asked nothing: see 'updraft approvals list'");
    }
}

/// <summary>Which open questions are wanted.</summary>
/// <param name="Dag">Only those of a DAG; null for all.</param>
/// <param name="RunId">Only those of a run; null for all.</param>
/// <param name="After">Where a page before ended; null for the first.</param>
/// <param name="Count">How many at most.</param>
internal sealed record ApprovalsRequest(string? Dag, string? RunId, string? After, int Count);

/// <summary>The run whose questions are wanted.</summary>
internal sealed record RunQuestions(string RunId);

/// <summary>Which question.</summary>
/// <param name="RunId">The run that asks.</param>
/// <param name="TaskId">Full id of the task that asks.</param>
/// <param name="Keys">Map keys, outermost first; empty for a plain task.</param>
/// <param name="Try">The try; null for the latest that has asked.</param>
internal sealed record WhichQuestion(string RunId, string TaskId, ImmutableArray<string> Keys, int? Try);

/// <summary>An answer holds.</summary>
/// <param name="Approval">The question with the answer.</param>
/// <param name="Driven">Whether a process drives the run now.</param>
internal sealed record ApprovalAnswered(ApprovalView Approval, bool Driven);

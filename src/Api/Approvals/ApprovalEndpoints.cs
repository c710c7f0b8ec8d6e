using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The questions that tasks ask people.</summary>
internal static class ApprovalEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/approvals", ListAsync).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/approvals", OfRunAsync).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/approvals/{task}", GetAsync).Needs(Role.Viewer).Tagged();
        api.MapPost("/runs/{runId}/approvals/{task}", AnswerAsync).Needs(Role.Operator);
    }

    /// <summary>Those that are open. A page may be shorter than asked for where it holds what belongs to other teams.</summary>
    private static async Task<Page<ApprovalQuestion>> ListAsync(string? dag, string? run, string? after, int? count, Access access, TeamFinder teams, ApprovalClient approvals, CancellationToken cancellation)
    {
        var found = await approvals.ListAsync(dag, run, after, Page.Size(count, ApprovalClient.MaxPage), cancellation);
        var seen = await found.Questions.ToAsyncEnumerable().Where(async (question, stop) => await teams.MayWithRunAsync(access, Role.Viewer, question.RunId, stop)).ToListAsync(cancellation);
        return new Page<ApprovalQuestion>([.. seen], found.Next);
    }

    private static async Task<Page<ApprovalView>> OfRunAsync(string runId, string? after, int? count, Access access, RunFinder runs, ApprovalClient approvals, CancellationToken cancellation)
    {
        await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        return await Page.OfAsync(approvals.OfRunAsync(runId, cancellation), after, count, MostListed, cancellation);
    }

    private static async Task<ApprovalView> GetAsync(string runId, string task, [FromQuery] string[]? keys, int? @try, Access access, RunFinder runs, ApprovalClient approvals, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        ImmutableArray<string> map = [.. keys ?? []];
        if (await approvals.GetAsync(runId, task, map, @try, cancellation) is { } approval) return approval;
        await runs.SelectAsync(run, [new InstanceSelector(task, map)], cancellation);
        throw new UpdraftException(ApprovalErrors.NoQuestion, $"'{task}{string.Concat(map.Select(key => $"[{key}]"))}' of run '{runId}' has asked nothing: see 'updraft approvals list'");
    }

    private static async Task<ApprovalAnswered> AnswerAsync(string runId, string task, AnswerQuestion asked, HttpContext context, Access access, RunFinder runs, RunServices services, IApiHost host, CancellationToken cancellation)
    {
        await runs.GetAsync(runId, access, Role.Operator, cancellation);
        var isOwner = context.Features.Get<ITrustedConnection>() is not null;
        var approval = await services.Approvals.AnswerAsync(new ApprovalAnswer
        {
            RunId = runId,
            TaskId = task,
            Keys = asked.Keys,
            Try = asked.Try,
            Choice = asked.Choice,
            Values = asked.Values,
            Note = asked.Note,
            By = access.Name,
            Groups = isOwner ? asked.Groups : [.. access.Grants.Select(grant => grant.Team).OfType<string>().Distinct(StringComparer.Ordinal)],
            From = isOwner ? asked.From : context.Connection.RemoteIpAddress?.ToString(),
        }, cancellation);
        return new ApprovalAnswered(approval, host.Drives(runId));
    }
}

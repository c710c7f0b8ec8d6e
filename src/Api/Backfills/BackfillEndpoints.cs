using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Runs of ranges of ticks.</summary>
internal static class BackfillEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/backfills/preview", PreviewAsync).Needs(Role.Viewer);
        api.MapPost("/backfills", CreateAsync).Needs(Role.Operator).Once();
        api.MapGet("/backfills", ListAsync).Needs(Role.Viewer);
        api.MapGet("/backfills/{backfillId}", GetAsync).Needs(Role.Viewer).Tagged();
        api.MapPost("/backfills/{backfillId}/pause", PauseAsync).Needs(Role.Operator);
        api.MapPost("/backfills/{backfillId}/resume", ResumeAsync).Needs(Role.Operator);
        api.MapPost("/backfills/{backfillId}/cancel", CancelAsync).Needs(Role.Operator);
    }

    private static async Task<BackfillPreview> PreviewAsync(CreateBackfill asked, Access access, DagFinder dags, RunServices services, CancellationToken cancellation)
    {
        await dags.GetAsync(asked.Dag, access, Role.Viewer, cancellation);
        return await services.Backfills.PreviewAsync(asked, cancellation);
    }

    private static async Task<Accepted<BackfillAnswer>> CreateAsync(CreateBackfill asked, IdempotencyKey key, Access access, DagFinder dags, TeamFinder teams, RunServices services, IApiHost host, CancellationToken cancellation)
    {
        await dags.GetAsync(asked.Dag, access, Role.Operator, cancellation);
        var backfill = await services.Backfills.CreateAsync(asked with { By = access.Name, Id = RunGiven.IdOf(asked.Id, key, BackfillRequest.Label) }, cancellation);
        if (!await teams.MayWithDagAsync(access, Role.Viewer, backfill.Request.Wanted.Dag, cancellation)) throw new UpdraftException(SecurityErrors.IdTaken, $"the backfill id '{backfill.Request.Id}' is taken: choose another");
        return TypedResults.Accepted($"{UpdraftApi.Prefix}/backfills/{Uri.EscapeDataString(backfill.Request.Id)}", Answer(backfill, host));
    }

    private static Task<Page<BackfillView>> ListAsync(string? dag, string? after, int? count, Access access, BackfillFinder backfills, CancellationToken cancellation) =>
        Page.OfAsync(backfills.ListAsync(dag, access, cancellation), after, count, MostListed, cancellation);

    private static async Task<BackfillAnswer> GetAsync(string backfillId, Access access, BackfillFinder backfills, IApiHost host, CancellationToken cancellation) =>
        Answer(await backfills.GetAsync(backfillId, access, Role.Viewer, cancellation), host);

    private static Task<BackfillAnswer> PauseAsync(string backfillId, Access access, BackfillFinder backfills, RunServices services, IApiHost host, CancellationToken cancellation) =>
        ToldAsync(backfillId, access, backfills, host, () => services.Backfills.PauseAsync(backfillId, true, cancellation), cancellation);

    private static Task<BackfillAnswer> ResumeAsync(string backfillId, Access access, BackfillFinder backfills, RunServices services, IApiHost host, CancellationToken cancellation) =>
        ToldAsync(backfillId, access, backfills, host, () => services.Backfills.PauseAsync(backfillId, false, cancellation), cancellation);

    private static Task<BackfillAnswer> CancelAsync(string backfillId, BackfillCancel how, Access access, BackfillFinder backfills, RunServices services, IApiHost host, CancellationToken cancellation) =>
        ToldAsync(backfillId, access, backfills, host, () => services.Backfills.CancelAsync(backfillId, how.Runs, cancellation), cancellation);

    private static async Task<BackfillAnswer> ToldAsync(string id, Access access, BackfillFinder backfills, IApiHost host, Func<Task<bool>> tell, CancellationToken cancellation)
    {
        await backfills.GetAsync(id, access, Role.Operator, cancellation);
        // One that was purged between the two is not found by the second look.
        await tell();
        return Answer(await backfills.GetAsync(id, access, Role.Operator, cancellation), host);
    }

    private static BackfillAnswer Answer(BackfillView backfill, IApiHost host) => new(backfill, host.Drives(null));
}

using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Finds backfills for whoever may see them, and says which was meant where there is none.</summary>
public sealed class BackfillFinder(RunServices services, TeamFinder teams)
{
    private const int Searched = 500;

    /// <summary>A backfill.</summary>
    /// <exception cref="UpdraftException">There is none, as far as who asks may know, or they may see it and not do this.</exception>
    public async Task<BackfillView> GetAsync(string id, Access access, Role role, CancellationToken cancellation)
    {
        if (await services.Backfills.GetAsync(id, cancellation) is not { } backfill || !await MaySeeAsync(backfill, access, cancellation)) throw await NoBackfillAsync(id, access, cancellation);
        if (await services.Catalogue.GetAsync(backfill.Request.Wanted.Dag, cancellation) is { } dag) access.Demand(role, dag.Team);
        else access.DemandEverywhere(role);
        return backfill;
    }

    /// <summary>Those that somebody may see, newest first.</summary>
    public IAsyncEnumerable<BackfillView> ListAsync(string? dag, Access access, CancellationToken cancellation) =>
        services.Backfills.ListAsync(dag, cancellation).Where(async (backfill, stop) => await MaySeeAsync(backfill, access, stop));

    private Task<bool> MaySeeAsync(BackfillView backfill, Access access, CancellationToken cancellation) =>
        teams.MayWithDagAsync(access, Role.Viewer, backfill.Request.Wanted.Dag, cancellation);

    private async Task<UpdraftException> NoBackfillAsync(string id, Access access, CancellationToken cancellation)
    {
        var known = await ListAsync(null, access, cancellation).Take(Searched).Select(backfill => backfill.Request.Id).ToListAsync(cancellation);
        return new UpdraftException(ApiErrors.NoBackfill, $"there is no backfill '{id}'{Suggestion.For(id, known)}; see 'updraft backfill list'");
    }
}

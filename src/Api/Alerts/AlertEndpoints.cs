using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What a person should look at.</summary>
internal static class AlertEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync).Needs(Role.Viewer);
        api.MapGet("/alerts/{alertId}", GetAsync).Needs(Role.Viewer).Tagged();
    }

    /// <summary>Newest first. A page may be shorter than asked for where it holds what belongs to other teams.</summary>
    private static async Task<Page<Alert>> ListAsync(string? dag, string? after, int? count, Access access, TeamFinder teams, AlertLog alerts, CancellationToken cancellation)
    {
        var found = await alerts.ListAsync(dag, after, Page.Size(count, AlertLog.MaxPage), cancellation);
        var seen = await found.Alerts.ToAsyncEnumerable().Where(async (alert, stop) => await MaySeeAsync(alert, access, teams, stop)).ToListAsync(cancellation);
        return new Page<Alert>([.. seen], found.Next);
    }

    private static async Task<Alert> GetAsync(string alertId, Access access, TeamFinder teams, AlertLog alerts, CancellationToken cancellation) =>
        await alerts.GetAsync(alertId, cancellation) is { } alert && await MaySeeAsync(alert, access, teams, cancellation) ? alert
        : throw new UpdraftException(ApiErrors.NoAlert, $"there is no alert '{alertId}', or no longer: see 'updraft alerts'");

    // What is about neither a DAG nor a run is about the installation, which all teams share.
    private static async ValueTask<bool> MaySeeAsync(Alert alert, Access access, TeamFinder teams, CancellationToken cancellation) => alert switch
    {
        { RunId: { } run } => await teams.MayWithRunAsync(access, Role.Viewer, run, cancellation),
        { Dag: { } dag } => await teams.MayWithDagAsync(access, Role.Viewer, dag, cancellation),
        _ => true,
    };
}

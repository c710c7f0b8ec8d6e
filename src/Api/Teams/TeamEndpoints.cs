using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Teams: seen by who belongs to them, changed by who is admin of all.</summary>
internal static class TeamEndpoints
{
    private const int MostTeams = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/teams", ListAsync).Needs(Role.Viewer);
        api.MapGet("/teams/{team}", GetAsync).Needs(Role.Viewer);
        api.MapPut("/teams/{team}", DefineAsync).Needs(Role.Admin);
        api.MapDelete("/teams/{team}", RemoveAsync).Needs(Role.Admin);
    }

    private static Task<Page<Team>> ListAsync(string? after, int? count, Access access, Teams teams, CancellationToken cancellation) =>
        Page.OfAsync(teams.ListAsync(cancellation).Where(team => access.May(Role.Viewer, team.Name)), after, count, MostTeams, cancellation);

    private static async Task<Team> GetAsync(string team, Access access, Teams teams, CancellationToken cancellation) =>
        access.May(Role.Viewer, team) && await teams.GetAsync(team, cancellation) is { } found ? found : throw NoTeam(team);

    private static async Task<Team> DefineAsync(string team, DefineTeam define, Access access, Teams teams, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Admin);
        return await teams.DefineAsync(team, define, access.Name, cancellation);
    }

    private static async Task<NoContent> RemoveAsync(string team, Access access, Teams teams, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Admin);
        return await teams.RemoveAsync(team, cancellation) ? TypedResults.NoContent() : throw NoTeam(team);
    }

    private static UpdraftException NoTeam(string team) => new(SecurityErrors.NoTeam, $"there is no team '{team}'; see the list of teams");
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Events to runs, which know no team: whoever waits for a key takes them.</summary>
internal static class EventEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/events", SendAsync).Needs(Role.Operator).Once();
        api.MapGet("/events", ListAsync).Needs(Role.Viewer);
    }

    private static Task<EventOutcome> SendAsync(SendEvent asked, IdempotencyKey key, Access access, EventClient events, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return events.SendAsync(asked.ToMessage(key.IdOf("event") ?? Guid.NewGuid().ToString("N")), cancellation);
    }

    private static async Task<EventsOfKey> ListAsync(string key, Access access, TeamFinder teams, EventClient events, CancellationToken cancellation)
    {
        if (key.Length is 0 or > EventMessage.MaxText) throw new UpdraftException(ApiErrors.BadRequest, $"'key' has {key.Length} characters: 1 to {EventMessage.MaxText} are possible");
        return new(
            [.. await events.ListAsync(key, cancellation).Take(MostListed).ToListAsync(cancellation)],
            [.. await events.WaitsAsync(key, cancellation).Where(async (wait, stop) => await teams.MayWithRunAsync(access, Role.Viewer, wait.RunId, stop)).Take(MostListed).ToListAsync(cancellation)]);
    }
}

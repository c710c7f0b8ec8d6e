using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The queue of messages that ask for runs and carry events, which all teams share.</summary>
internal static class QueueEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/queue/messages", SendAsync).Needs(Role.Operator).Once();
        api.MapGet("/queue/messages", WaitingAsync).Needs(Role.Viewer);
        api.MapGet("/queue/dead-letters", DeadLettersAsync).Needs(Role.Viewer);
        api.MapPost("/queue/dead-letters/{letter}/requeue", RequeueAsync).Needs(Role.Operator);
        api.MapDelete("/queue/dead-letters/{letter}", PurgeAsync).Needs(Role.Operator);
    }

    private static async Task<Accepted<MessageSent>> SendAsync(SendMessage asked, IdempotencyKey key, Access access, IRunRequests queue, IApiHost host, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        var message = asked.ToMessage(key.IdOf("message") ?? Guid.NewGuid().ToString("N"));
        if (!key.IsDone) await queue.SendAsync(message, cancellation);
        return TypedResults.Accepted((string?)null, new MessageSent(message.Id, host.Drives(null)));
    }

    // Messages say what somebody wants of some team's DAG, and belong to none themselves.
    private static Task<Page<WaitingMessage>> WaitingAsync(string? after, int? count, Access access, IRunRequests queue, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Viewer);
        return Page.OfAsync(queue.WaitingAsync(cancellation), after, count, MostListed, cancellation);
    }

    private static Task<Page<DeadLetter>> DeadLettersAsync(string? after, int? count, Access access, IRunRequests queue, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Viewer);
        return Page.OfAsync(queue.DeadLettersAsync(cancellation), after, count, MostListed, cancellation);
    }

    private static async Task<NoContent> RequeueAsync(string letter, Access access, IRunRequests queue, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return await queue.RequeueAsync(letter, cancellation) ? TypedResults.NoContent() : throw NoDeadLetter(letter);
    }

    private static async Task<NoContent> PurgeAsync(string letter, Access access, IRunRequests queue, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return await queue.PurgeAsync(letter, cancellation) ? TypedResults.NoContent() : throw NoDeadLetter(letter);
    }

    private static UpdraftException NoDeadLetter(string letter) => new(ApiErrors.NoDeadLetter, $"no message '{letter}' was put aside: see 'updraft queue dead'");
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Operators;

namespace Updraft.Api;

/// <summary>Connections of operators, as the process knows them that runs the tasks. Their secrets are never shown.</summary>
internal static class ConnectionEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/connections", ListAsync).Needs(Role.Viewer);
        api.MapPost("/connections/{name}/test", TestAsync).Needs(Role.Operator);
    }

    private static async Task<Page<ConnectionView>> ListAsync(string? after, int? count, Connections connections, CancellationToken cancellation) =>
        await Page.OfAsync((await connections.ListAsync(cancellation)).ToAsyncEnumerable(), after, count, MostListed, cancellation);

    private static async Task<ConnectionWorks> TestAsync(string name, Access access, Connections connections, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return new ConnectionWorks(name, await ConnectionTests.TryAsync(connections, name, cancellation));
    }
}

/// <summary>A connection was tried out, and works.</summary>
/// <param name="Name">Which.</param>
/// <param name="Text">What was done and what came back, without secrets.</param>
public sealed record ConnectionWorks(string Name, string Text);

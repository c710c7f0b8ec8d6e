using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Api;

/// <summary>What is told as it happens, by server-sent events.</summary>
internal static class StreamEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/stream", Fleet).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/stream", RunAsync).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/logs/{task}/stream", LogAsync).Needs(Role.Viewer);
    }

    private static IResult Fleet(string? team, Access access, FleetStream fleet, EventStreams streams) => streams.Of((writer, over) => fleet.PlayAsync(access, team, writer, over), FleetStream.EndAsync);

    private static async Task<IResult> RunAsync(string runId, Access access, RunFinder runs, RunStream stream, EventStreams streams, RunServices services, IApiHost host, CancellationToken cancellation)
    {
        var found = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        return streams.Of((writer, over) => stream.PlayAsync(found.Request.RunId, run => RunEndpoints.ResourceAsync(run, services, host, over), writer, over));
    }

    private static async Task<IResult> LogAsync(string runId, string task, [AsParameters] TryName which, long? offset, HttpRequest request, Access access, RunFinder runs, LogStream stream, EventStreams streams, RunServices services, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        var instance = await which.FindAsync(run, task, runs, services.Runs.Reader, cancellation);
        // A browser that goes on says where it was.
        var from = long.TryParse(request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : offset ?? 0;
        if (from < 0) throw new UpdraftException(ApiErrors.BadRequest, $"'offset' is {from}: it cannot be negative");
        var number = which.NumberOf(instance);
        return streams.Of((writer, over) => stream.PlayAsync(run, instance, number, from, writer, over));
    }
}

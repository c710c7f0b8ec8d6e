using System.CommandLine;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Cli.Tests;

/// <summary>Whatever the API can do is a command, or there is a reason why not.</summary>
public sealed class RouteTests
{
    private const string NoCommand = "-";

    /// <summary>Routes below <c>/api/v1/</c>, and the command that asks each; or after a dash, why there is none.</summary>
    private static readonly Dictionary<string, string> Commands = new(StringComparer.Ordinal)
    {
        ["POST dags"] = "publish",
        ["GET dags"] = "dags list",
        ["GET dags/{dag}"] = "dags show",
        ["GET dags/{dag}/versions"] = "dags show",
        ["GET dags/{dag}/ticks"] = "dags show",
        ["GET dags/{dag}/experiments"] = "- experiments list asks GET dags, of one DAG or all",
        ["POST dags/{dag}/pause"] = "dags pause",
        ["POST dags/{dag}/unpause"] = "dags unpause",
        ["DELETE dags/{dag}"] = "dags delete",
        ["POST dags/{dag}/runs"] = "trigger",
        ["POST runs"] = "trigger",
        ["GET runs"] = "runs",
        ["GET runs/{runId}"] = "show",
        ["GET runs/{runId}/wait"] = "wait",
        ["GET runs/{runId}/dag"] = "show",
        ["GET runs/{runId}/instances"] = "show",
        ["POST runs/{runId}/cancel"] = "cancel",
        ["POST runs/{runId}/pause"] = "pause",
        ["POST runs/{runId}/resume"] = "resume",
        ["POST runs/{runId}/clear"] = "clear",
        ["POST runs/{runId}/mark"] = "mark",
        ["POST runs/{runId}/priority"] = "priority",
        ["POST runs/{runId}/rerun"] = "rerun",
        ["PATCH runs/{runId}/note"] = "note",
        ["GET runs/{runId}/explain"] = "explain",
        ["GET runs/{runId}/logs/{task}"] = "logs",
        ["GET runs/{runId}/outputs/{task}"] = "output",
        ["GET runs/{runId}/files"] = "files list",
        ["GET runs/{runId}/files/{**name}"] = "files get",
        ["GET runs/{runId}/artifacts"] = "- what tasks hand each other is their own; its place is in the task's output",
        ["GET runs/{runId}/artifacts/{task}/{place}/{name}"] = "- as the list of them",
        ["POST runs/match"] = "cancel",
        ["POST runs/bulk"] = "- cancel, clear and rerun ask run by run, so that each is told as it is done",
        ["GET approvals"] = "approvals list",
        ["GET runs/{runId}/approvals"] = "approvals list",
        ["GET runs/{runId}/approvals/{task}"] = "approvals show",
        ["POST runs/{runId}/approvals/{task}"] = "approvals answer",
        ["POST backfills/preview"] = "backfill create",
        ["POST backfills"] = "backfill create",
        ["GET backfills"] = "backfill list",
        ["GET backfills/{backfillId}"] = "backfill show",
        ["POST backfills/{backfillId}/pause"] = "backfill pause",
        ["POST backfills/{backfillId}/resume"] = "backfill resume",
        ["POST backfills/{backfillId}/cancel"] = "backfill cancel",
        ["GET schedules"] = "- dags list and dags show tell schedules with their DAGs",
        ["GET pools"] = "pools list",
        ["GET pools/{pool}"] = "pools show",
        ["PUT pools/{pool}"] = "pools set",
        ["DELETE pools/{pool}"] = "pools delete",
        ["POST queue/messages"] = "queue send",
        ["GET queue/messages"] = "queue list",
        ["GET queue/dead-letters"] = "queue dead",
        ["POST queue/dead-letters/{letter}/requeue"] = "queue requeue",
        ["DELETE queue/dead-letters/{letter}"] = "queue purge",
        ["POST events"] = "event send",
        ["GET events"] = "event list",
        ["GET datasets"] = "datasets list",
        ["GET datasets/events"] = "datasets show",
        ["GET datasets/partitions"] = "- datasets show tells the partition of each event",
        ["POST datasets/events"] = "datasets report",
        ["GET variables"] = "variables list",
        ["GET variables/{name}"] = "variables get",
        ["PUT variables/{name}"] = "variables set",
        ["DELETE variables/{name}"] = "variables delete",
        ["GET connections"] = "connections list",
        ["POST connections/{name}/test"] = "connections test",
        ["GET waits"] = "waits",
        ["GET alerts"] = "alerts",
        ["GET alerts/{alertId}"] = "- alerts tells all of each",
        ["GET packages/{hash}"] = "publish",
        ["HEAD packages/{hash}"] = "- publish asks by GET, which says why",
        ["PUT packages/{hash}"] = "publish",
        ["GET health"] = "health",
        ["GET version"] = "doctor",
        ["POST retention"] = "retention run",
        ["POST backup"] = "backup",
        ["POST keys"] = "keys create",
        ["GET keys"] = "keys list",
        ["GET keys/{keyId}"] = "keys revoke",
        ["DELETE keys/{keyId}"] = "keys revoke",
        ["GET teams"] = "teams list",
        ["GET teams/{team}"] = "- teams list tells all of each",
        ["PUT teams/{team}"] = "teams set",
        ["DELETE teams/{team}"] = "teams delete",
        ["GET whoami"] = "whoami",
        ["GET statistics"] = "stats",
        ["GET runs/{runId}/tasks"] = "- show tells of tasks by their instances",
        ["GET stream"] = "- top looks again every two seconds",
        ["GET runs/{runId}/stream"] = "logs",
        ["GET runs/{runId}/logs/{task}/stream"] = "logs",
        ["GET audit"] = "audit",
        ["GET costs"] = "costs",
        ["GET runs/{runId}/note"] = "- note prints what there is when it is told nothing",
    };

    [Fact]
    public async Task Routes_OfTheApi_AreAllCommands()
    {
        await using var folder = new ClientFolder();
        var server = await folder.ServeAsync();

        var routes = server.Routes.Where(route => route.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!["/api/v1/".Length..].TrimEnd('/')}") ?? [])
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(routes.Except(Commands.Keys));
        Assert.Empty(Commands.Keys.Except(routes));
    }

    // A list in a query that does not say so is taken for a body, and the route is not found without one.
    [Fact]
    public async Task Routes_ThatAreGot_TakeNoBody()
    {
        await using var folder = new ClientFolder();
        var server = await folder.ServeAsync();

        Assert.Empty(server.Routes.Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && route.Metadata.GetMetadata<IAcceptsMetadata>() is not null).Select(route => route.RoutePattern.RawText));
    }

    [Fact]
    public void Commands_OfRoutes_AreThere()
    {
        var root = new CommandLine(new Terminal(TextReader.Null, TextWriter.Null, TextWriter.Null, false, TimeProvider.System)).Root();

        Assert.Empty(Commands.Values.Where(command => !command.StartsWith(NoCommand, StringComparison.Ordinal)).Distinct().Where(command => !IsThere(root, command)));
    }

    private static bool IsThere(Command root, string path) => path.Split(' ').Aggregate<string, Command?>(root, (command, name) => command?.Subcommands.FirstOrDefault(inner => inner.Name == name)) is { Subcommands.Count: 0 };
}

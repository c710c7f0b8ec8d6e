using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Updraft.Api.Tests;

/// <summary>A request by a route.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Body">Its body; null for none.</param>
/// <param name="IsOfTeam">Whether its path names what belongs to a team.</param>
/// <param name="Names">Whether it names such a thing at all, which a refusal may then repeat.</param>
internal sealed record RouteRequest(string Path, JsonNode? Body, bool IsOfTeam, bool Names)
{
    /// <summary>All ways to ask for what is a team's by a route.</summary>
    public static IEnumerable<RouteRequest> All(Route route, TeamObjects ids)
    {
        var paths = route.Parameters.Aggregate(new[] { route.Pattern }.AsEnumerable(), (paths, parameter) =>
            paths.SelectMany(path => ids.Ids(parameter).Select(id => Regex.Replace(path, $@"\{{\**{parameter}(:[^}}]*)?\}}", id))));
        var isOfTeam = route.Parameters.Any(TeamObjects.IsOfTeam);
        var body = route is { Body: not null, BodyType: "application/json" } ? SampleBody.Of(route.Body, ids) : OfAirflow(route, ids);
        foreach (var path in paths)
        {
            var needed = route.Queries.Where(query => !query.HasDefaultValue && new NullabilityInfoContext().Create(query).WriteState is NullabilityState.NotNull && Nullable.GetUnderlyingType(query.ParameterType) is null)
                .Select(query => $"{query.Name}=shared").Concat(route.Queries.Where(query => query.Name == "timeout").Select(_ => "timeout=0s")).ToList();
            yield return new RouteRequest(path + Query(needed), body, isOfTeam, isOfTeam || SampleBody.Names(body, ids));
            foreach (var query in route.Queries.Where(query => query.Name is not null && TeamObjects.IsOfTeam(QueryName(query.Name))))
                foreach (var id in ids.Ids(QueryName(query.Name!)))
                    yield return new RouteRequest(path + Query([.. needed, $"{query.Name}={id}"]), body, isOfTeam, Names: true);
        }
    }

    // Bodies of that face are read by itself, so that the route table does not tell what they are.
    private static JsonObject? OfAirflow(Route route, TeamObjects ids) => (route.Method, route.Pattern) switch
    {
        ("GET" or "HEAD" or "DELETE", _) => null,
        (_, var pattern) when !pattern.StartsWith("/api/v2/", StringComparison.Ordinal) => null,
        (_, var pattern) when pattern.EndsWith("/list", StringComparison.Ordinal) => new JsonObject(),
        ("PATCH", var pattern) when pattern.EndsWith("/{runId}", StringComparison.Ordinal) => new JsonObject { ["note"] = "sample" },
        ("PATCH", _) => new JsonObject { ["is_paused"] = true },
        (_, var pattern) when pattern.EndsWith("/dagRuns", StringComparison.Ordinal) => new JsonObject { ["dag_run_id"] = "sample", ["logical_date"] = null },
        (_, var pattern) when pattern.EndsWith("/clearTaskInstances", StringComparison.Ordinal) => new JsonObject { ["dag_run_id"] = ids.Ids("runId")[0], ["dry_run"] = false },
        _ => new JsonObject { ["dry_run"] = false },
    };

    private static string QueryName(string query) => query == "run" ? "runId" : query;

    private static string Query(List<string> parts) => parts.Count == 0 ? "" : "?" + string.Join('&', parts);
}

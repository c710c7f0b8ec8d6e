using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>The part of Airflow's REST API v2 that scripts and clients use, so that they work here by another base URL. <c>docs/airflow.md</c> says what is covered.</summary>
internal static class AirflowApi
{
    /// <summary>What its paths begin with.</summary>
    public const string Prefix = "/api/v2";

    /// <summary>The version of Airflow whose schema its answers fit.</summary>
    public const string Version = "3.2.1";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Its schema is Airflow's own: the document of this API does not repeat it.
        var api = endpoints.MapGroup(Prefix).ExcludeFromDescription().AddEndpointFilter(AnswerAsync);
        AirflowInstallation.Map(api);
        AirflowPools.Map(api);
        AirflowDagEndpoints.Map(api);
        AirflowRunEndpoints.Map(api);
        AirflowRunCommands.Map(api);
        AirflowTaskInstanceEndpoints.Map(api);
        AirflowClearing.Map(api);
        AirflowLogEndpoints.Map(api);
        AirflowXComs.Map(api);
        api.MapFallback(NoRoute).Open();
        AirflowTokens.Map(endpoints);
    }

    /// <summary>Whether somebody speaks to this API, so that failures are told in its form.</summary>
    public static bool IsAsked(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase) || context.Request.Path.StartsWithSegments(AirflowTokens.Prefix, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await next(context) is var answer && answer is IResult ? answer : TypedResults.Json(answer, AirflowJson.Options);

    private static Task NoRoute(HttpContext context) => throw new UpdraftException(
        AirflowErrors.NotCovered, $"{context.Request.Method} {context.Request.Path} is no part of Airflow's API that is covered here: docs/airflow.md lists what is, and {UpdraftApi.Prefix} has the rest in its own form");
}

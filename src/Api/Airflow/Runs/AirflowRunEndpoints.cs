using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Runs as Airflow shows them: made, listed and polled.</summary>
internal static class AirflowRunEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/dags/{dagId}/dagRuns", TriggerAsync).Needs(Role.Operator);
        api.MapGet("/dags/{dagId}/dagRuns", ListAsync).Needs(Role.Viewer);
        api.MapPost("/dags/~/dagRuns/list", ListOfBodyAsync).Needs(Role.Viewer);
        api.MapGet("/dags/{dagId}/dagRuns/{runId}", async (string dagId, string runId, AirflowCall call) => await AirflowRun.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call)).Needs(Role.Viewer);
    }

    private static async Task<AirflowRun> TriggerAsync(string dagId, AirflowCall call)
    {
        await call.DagAsync(dagId, Role.Operator);
        var asked = await call.BodyAsync<AirflowTrigger>();
        if (asked.RunAfter > call.Clock.GetUtcNow()) throw new UpdraftException(AirflowErrors.CannotBeDone, "'run_after' is in the future, and a run that is asked for begins at once: ask for it then, or give the DAG a schedule");
        var triggered = await call.Services.Catalogue.TriggerAsync(dagId, run => run with
        {
            RunId = asked.DagRunId,
            Conf = asked.Conf,
            Note = asked.Note,
            LogicalDate = asked.LogicalDate,
            DataInterval = asked.Interval(),
            Partition = asked.PartitionKey,
            TriggeredBy = call.Access.Name,
        }, cancellation: call.Cancellation);
        var runId = triggered.OrRefused().Request.RunId;
        call.Access.Names("runId", runId);
        if (!triggered.Created) throw new UpdraftException(AirflowErrors.RunExists, $"there is a run '{runId}' already: an id names one run of all DAGs");
        return await AirflowRun.OfAsync((await call.Services.Runs.Reader.GetAsync(runId, call.Cancellation))!, call);
    }

    private static async Task<AirflowRuns> ListAsync(string dagId, AirflowCall call)
    {
        var asked = call.Query;
        var (paging, order, filter) = (AirflowPaging.Of(asked), AirflowOrder.Of(asked, "id", AirflowRunFilter.Fields), AirflowRunFilter.Of(asked));
        asked.Done();
        if (dagId is AirflowCall.All) return await AirflowRunList.PageAsync(call, null, filter, order, paging);
        await call.DagAsync(dagId, Role.Viewer);
        return await AirflowRunList.PageAsync(call, dagId, filter, order, paging);
    }

    private static async Task<AirflowRuns> ListOfBodyAsync(AirflowCall call)
    {
        var asked = await call.ListBodyAsync();
        var (paging, order, filter) = (AirflowPaging.OfBody(asked), AirflowOrder.Of(asked, "id", AirflowRunFilter.Fields), AirflowRunFilter.OfBody(asked));
        asked.Done();
        return await AirflowRunList.PageAsync(call, null, filter, order, paging);
    }
}

/// <summary>A run that is wanted.</summary>
internal sealed record AirflowTrigger
{
    public string? DagRunId { get; init; }

    /// <summary>Null for the time of the trigger. Airflow asks that it is said; here it may be left out.</summary>
    public DateTimeOffset? LogicalDate { get; init; }

    public DateTimeOffset? DataIntervalStart { get; init; }

    public DateTimeOffset? DataIntervalEnd { get; init; }

    public DateTimeOffset? RunAfter { get; init; }

    public JsonElement? Conf { get; init; }

    public string? Note { get; init; }

    public string? PartitionKey { get; init; }

    public DataInterval? Interval()
    {
        if (DataIntervalStart is null && DataIntervalEnd is null) return null;
        return DataIntervalStart is { } start && DataIntervalEnd is { } end && start <= end ? new DataInterval(start, end)
            : throw new AirflowRefusal(["body", "data_interval_start"], "'data_interval_start' and 'data_interval_end' are given together, and the start is not after the end");
    }
}

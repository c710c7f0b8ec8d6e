using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Task instances and their tries, as Airflow shows them.</summary>
internal static class AirflowTaskInstanceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/dags/{dagId}/dagRuns/{runId}/taskInstances");
        run.MapGet("", ListAsync).Needs(Role.Viewer);
        api.MapPost("/dags/~/dagRuns/~/taskInstances/list", ListOfBodyAsync).Needs(Role.Viewer);
        run.MapGet("/{taskId}", (string dagId, string runId, string taskId, AirflowCall call) => GetAsync(dagId, runId, taskId, AirflowMapIndex.Of(call.Query), call)).Needs(Role.Viewer);
        run.MapGet("/{taskId}/{mapIndex:long}", (string dagId, string runId, string taskId, long mapIndex, AirflowCall call) => GetAsync(dagId, runId, taskId, mapIndex, call)).Needs(Role.Viewer);
        run.MapGet("/{taskId}/listMapped", ListMappedAsync).Needs(Role.Viewer);
        run.MapGet("/{taskId}/tries", (string dagId, string runId, string taskId, AirflowCall call) => TriesAsync(dagId, runId, taskId, AirflowMapIndex.Of(call.Query), call)).Needs(Role.Viewer);
        run.MapGet("/{taskId}/{mapIndex:long}/tries", (string dagId, string runId, string taskId, long mapIndex, AirflowCall call) => TriesAsync(dagId, runId, taskId, mapIndex, call)).Needs(Role.Viewer);
        run.MapGet("/{taskId}/tries/{number:int}", (string dagId, string runId, string taskId, int number, AirflowCall call) => TryAsync(dagId, runId, taskId, AirflowMapIndex.Of(call.Query), number, call)).Needs(Role.Viewer);
        run.MapGet("/{taskId}/{mapIndex:long}/tries/{number:int}", (string dagId, string runId, string taskId, long mapIndex, int number, AirflowCall call) => TryAsync(dagId, runId, taskId, mapIndex, number, call)).Needs(Role.Viewer);
    }

    private static async Task<AirflowTaskInstances> ListAsync(string dagId, string runId, AirflowCall call)
    {
        var asked = call.Query;
        var (paging, order, filter) = (AirflowPaging.Of(asked), AirflowOrder.Of(asked, "map_index", AirflowTaskFilter.Fields), AirflowTaskFilter.Of(asked));
        asked.Done();
        if (runId is not AirflowCall.All) return await AirflowTaskList.PageAsync(call, await OneAsync(dagId, runId, call), filter, order, paging);
        var dag = dagId is AirflowCall.All ? null : (await call.DagAsync(dagId, Role.Viewer)).Name;
        return await AirflowTaskList.PageAsync(call, AirflowTaskList.RunsAsync(call, dag, filter.Runs), filter, order, paging);
    }

    private static async Task<AirflowTaskInstances> ListOfBodyAsync(AirflowCall call)
    {
        var asked = await call.ListBodyAsync();
        var (paging, order, filter) = (AirflowPaging.OfBody(asked), AirflowOrder.Of(asked, "map_index", AirflowTaskFilter.Fields), AirflowTaskFilter.OfBody(asked));
        asked.Done();
        return await AirflowTaskList.PageAsync(call, AirflowTaskList.RunsAsync(call, null, filter.Runs), filter, order, paging);
    }

    private static async Task<AirflowTaskInstances> ListMappedAsync(string dagId, string runId, string taskId, AirflowCall call)
    {
        var asked = call.Query;
        var (paging, order, filter) = (AirflowPaging.Of(asked), AirflowOrder.Of(asked, "map_index", AirflowTaskFilter.Fields), AirflowTaskFilter.Of(asked) with { Tasks = [taskId] });
        asked.Done();
        var run = await call.RunAsync(dagId, runId, Role.Viewer);
        var plan = await call.Plans.OfAsync(run.Request, call.Cancellation);
        if (!plan.IsMapped(plan.Task(taskId))) throw new UpdraftException(ApiErrors.NoTask, $"task '{taskId}' of DAG '{dagId}' is not mapped");
        return await AirflowTaskList.PageAsync(call, await OneAsync(dagId, runId, call), filter, order, paging);
    }

    private static async Task<IAsyncEnumerable<RunView>> OneAsync(string dagId, string runId, AirflowCall call) =>
        new[] { await call.RunAsync(dagId, runId, Role.Viewer) }.ToAsyncEnumerable();

    private static async Task<AirflowTaskInstance> GetAsync(string dagId, string runId, string taskId, long? index, AirflowCall call)
    {
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        return new AirflowTaskInstance(run, await AirflowMapIndex.FindAsync(run, taskId, index, call));
    }

    private static async Task<AirflowTries> TriesAsync(string dagId, string runId, string taskId, long? index, AirflowCall call)
    {
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        var instance = await AirflowMapIndex.FindAsync(run, taskId, index, call);
        return new AirflowTries([.. Enumerable.Range(1, instance.Try).Select(number => new AirflowPastTry(run, instance, number))], instance.Try);
    }

    private static async Task<AirflowPastTry> TryAsync(string dagId, string runId, string taskId, long? index, int number, AirflowCall call)
    {
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        var instance = await AirflowMapIndex.FindAsync(run, taskId, index, call);
        return number >= 1 && number <= instance.Try ? new AirflowPastTry(run, instance, number) : throw new UpdraftException(AirflowErrors.NoEntry, $"task '{taskId}' of run '{runId}' has had no try {number}: its latest is {instance.Try}");
    }
}

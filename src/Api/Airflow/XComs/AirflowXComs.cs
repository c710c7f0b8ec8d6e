using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What task instances have handed over, as XComs of one key.</summary>
internal static class AirflowXComs
{
    /// <summary>The one key.</summary>
    public const string Key = "return_value";

    private const long MostBytes = 16 << 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        var task = api.MapGroup("/dags/{dagId}/dagRuns/{runId}/taskInstances/{taskId}/xcomEntries");
        task.MapGet("", ListAsync).Needs(Role.Viewer);
        task.MapGet("/{key}", GetAsync).Needs(Role.Viewer);
    }

    private static async Task<AirflowXComList> ListAsync(string dagId, string runId, string taskId, AirflowCall call)
    {
        var asked = call.Query;
        var (paging, key, pattern, index) = (AirflowPaging.Of(asked), asked.Text("xcom_key"), asked.Pattern("xcom_key_pattern"), AirflowMapIndex.Of(asked) ?? asked.Number("map_index_filter", AirflowMapIndex.None));
        asked.Done();
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        if (taskId is not AirflowCall.All) run.Plan.Task(taskId);
        if ((key ?? Key) != Key || !AirflowPattern.IsIn(Key, pattern)) return new AirflowXComList([], 0);
        var found = await call.Services.Runs.Reader.InstancesAsync(run.Run, call.Cancellation)
            .Where(instance => instance.Output is not null && (taskId is AirflowCall.All || instance.Task == taskId) && (index is null || AirflowMapIndex.Of(instance) == index))
            .Take(AirflowPaging.MostLookedAt).ToListAsync(call.Cancellation);
        return new AirflowXComList([.. paging.Of(found.OrderBy(instance => run.Plan.NumberOf(instance.Task)).ThenBy(AirflowMapIndex.Of)).Select(instance => new AirflowXCom(run, instance))], found.Count);
    }

    private static async Task<AirflowXComValue> GetAsync(string dagId, string runId, string taskId, string key, AirflowCall call)
    {
        var stringify = call.Query.Flag("stringify") ?? false;
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        var instance = await AirflowMapIndex.FindAsync(run, taskId, AirflowMapIndex.Of(call.Query), call);
        if (key != Key || instance.Output is not { } output) throw new UpdraftException(AirflowErrors.NoEntry, $"task '{taskId}' of run '{runId}' has no XCom '{key}'{(key == Key ? ": it has handed nothing over" : $": all that a task hands over is '{Key}'")}");
        var value = await ValueAsync(output, call);
        return new AirflowXComValue(run, instance, stringify ? JsonSerializer.SerializeToElement(value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText()) : value);
    }

    private static async Task<JsonElement> ValueAsync(OutputRef output, AirflowCall call)
    {
        if (output.Blob is not { } path) return output.Value ?? JsonSerializer.SerializeToElement<object?>(null);
        if (output.Bytes > MostBytes) throw new UpdraftException(AirflowErrors.CannotBeDone, string.Create(CultureInfo.InvariantCulture, $"the value has {output.Bytes} bytes; {MostBytes} are handed out at once"));
        await using var content = await call.Services.Ports.Blobs.OpenReadAsync(path, 0, call.Cancellation) ?? throw new UpdraftException(AirflowErrors.NoEntry, "the value was removed, as outputs are after some time");
        return await JsonSerializer.DeserializeAsync<JsonElement>(content, AirflowJson.Options, call.Cancellation);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Clears runs and task instances, so that they run again; asked for a dry run, says which these are.</summary>
internal static class AirflowClearing
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/dags/{dagId}/dagRuns/{runId}/clear", ClearRunAsync).Needs(Role.Operator);
        api.MapPost("/dags/{dagId}/clearTaskInstances", ClearTasksAsync).Needs(Role.Operator);
    }

    private static async Task<object> ClearRunAsync(string dagId, string runId, AirflowCall call)
    {
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Operator), call);
        var asked = await call.BodyAsync<AirflowRunClear>();
        AirflowClear.RefuseLatest(asked.RunOnLatestVersion);
        var chosen = await ChosenAsync(run, [], asked.OnlyFailed, onlyRunning: false, call);
        if (asked.DryRun) return Listed(run, chosen);
        if (chosen.Count > 0) await call.Services.Runs.ClearAsync(runId, new ClearCommand { Tasks = [new InstanceSelector(InstanceSelector.All, [])], FailedOnly = asked.OnlyFailed }, call.Cancellation);
        return await AirflowRun.OfAsync((await call.Services.Runs.Reader.GetAsync(runId, call.Cancellation))!, call);
    }

    private static async Task<AirflowTaskInstances> ClearTasksAsync(string dagId, AirflowCall call)
    {
        await call.DagAsync(dagId, Role.Operator);
        var asked = await call.BodyAsync<AirflowClear>();
        asked.RefuseWhatCannotBeDone();
        call.Access.Names("runId", asked.DagRunId!);
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, asked.DagRunId!, Role.Operator), call);
        var named = asked.Named();
        foreach (var (task, index) in named)
            if (index is null) run.Plan.Task(task); else await AirflowMapIndex.FindAsync(run, task, index, call);
        // What is around a task that is named is cleared whole; of a task with an index, that instance.
        var around = named.IsEmpty ? [] : run.Plan.Around(named.Select(each => each.Task), asked.IncludeUpstream, asked.IncludeDownstream).Except(named.Select(each => each.Task)).Select(task => (task, (long?)null));
        var chosen = await ChosenAsync(run, [.. named, .. around], asked.OnlyFailed, asked.OnlyRunning, call);
        if (asked.PreventRunningTask && chosen.FirstOrDefault(instance => instance.State.IsActive()) is { } running)
            throw new UpdraftException(AirflowErrors.WrongState, $"task '{running.Task}' is at work, and 'prevent_running_task' is asked for");
        var listed = Listed(run, chosen);
        if (!asked.DryRun && chosen.Count > 0) await call.Services.Runs.ClearAsync(run.Run.Request.RunId, CommandOf(asked, named, chosen), call.Cancellation);
        return listed;
    }

    private static ClearCommand CommandOf(AirflowClear asked, ImmutableArray<(string Task, long? Index)> named, List<InstanceDocument> chosen)
    {
        if (asked.OnlyRunning) return new ClearCommand { Tasks = [.. chosen.Select(instance => new InstanceSelector(instance.Task, instance.Keys))], Downstream = false };
        var tasks = named.IsEmpty ? [new InstanceSelector(InstanceSelector.All, [])] : named.SelectMany(each => each.Index is null
            ? [new InstanceSelector(each.Task, [])]
            : chosen.Where(instance => instance.Task == each.Task && AirflowMapIndex.Of(instance) == each.Index).Select(instance => new InstanceSelector(instance.Task, instance.Keys)));
        return new ClearCommand { Tasks = [.. tasks], Upstream = asked.IncludeUpstream, Downstream = asked.IncludeDownstream, FailedOnly = asked.OnlyFailed };
    }

    private static async Task<List<InstanceDocument>> ChosenAsync(AirflowRunOfTasks run, ImmutableArray<(string Task, long? Index)> named, bool onlyFailed, bool onlyRunning, AirflowCall call)
    {
        var wanted = named.ToLookup(each => each.Task, each => each.Index, StringComparer.Ordinal);
        return await call.Services.Runs.Reader.InstancesAsync(run.Run, call.Cancellation).Where(instance =>
            (named.IsEmpty || wanted[instance.Task].Any(index => index is null || index == AirflowMapIndex.Of(instance)))
            && (!onlyFailed || instance.State is TaskState.Failed or TaskState.UpstreamFailed)
            && (!onlyRunning || instance.State.IsActive())).ToListAsync(call.Cancellation);
    }

    private static AirflowTaskInstances Listed(AirflowRunOfTasks run, List<InstanceDocument> chosen) =>
        new([.. chosen.OrderBy(instance => run.Plan.NumberOf(instance.Task)).ThenBy(AirflowMapIndex.Of).Select(instance => new AirflowTaskInstance(run, instance))], chosen.Count);
}

/// <summary>A clear of a run.</summary>
internal sealed record AirflowRunClear
{
    public bool DryRun { get; init; } = true;

    public bool OnlyFailed { get; init; }

    public bool RunOnLatestVersion { get; init; }
}

/// <summary>A clear of task instances.</summary>
internal sealed record AirflowClear
{
    public bool DryRun { get; init; } = true;

    public string? DagRunId { get; init; }

    /// <summary>Ids of tasks, and pairs of an id and a map index; null for all.</summary>
    public ImmutableArray<JsonElement>? TaskIds { get; init; }

    public bool OnlyFailed { get; init; } = true;

    public bool OnlyRunning { get; init; }

    public bool IncludeUpstream { get; init; }

    public bool IncludeDownstream { get; init; }

    public bool IncludeFuture { get; init; }

    public bool IncludePast { get; init; }

    public bool ResetDagRuns { get; init; } = true;

    public bool RunOnLatestVersion { get; init; }

    public bool PreventRunningTask { get; init; }

    public DateTimeOffset? StartDate { get; init; }

    public DateTimeOffset? EndDate { get; init; }

    public static void RefuseLatest(bool latest)
    {
        if (latest) throw new UpdraftException(AirflowErrors.CannotBeDone, "'run_on_latest_version' is asked for, and a run keeps its version: rerun it with the latest, which makes a new run");
    }

    public void RefuseWhatCannotBeDone()
    {
        RefuseLatest(RunOnLatestVersion);
        if (DagRunId is null || StartDate is not null || EndDate is not null) throw new UpdraftException(AirflowErrors.CannotBeDone, "one run at a time is cleared here: name it by 'dag_run_id', without 'start_date' and 'end_date'");
        if (IncludePast || IncludeFuture) throw new UpdraftException(AirflowErrors.CannotBeDone, "'include_past' and 'include_future' are not covered: clear those runs one by one");
        if (!ResetDagRuns) throw new UpdraftException(AirflowErrors.CannotBeDone, "'reset_dag_runs' is false, and a run of which a task is cleared goes on");
        if (OnlyFailed && OnlyRunning) throw new AirflowRefusal(["body", "only_running"], "'only_running' and 'only_failed' are both true, and nothing is both (Airflow takes 'only_failed' for true where it is not said)");
    }

    /// <summary>The tasks that are named.</summary>
    public ImmutableArray<(string Task, long? Index)> Named() => [.. (TaskIds ?? []).Select(each => each switch
    {
        { ValueKind: JsonValueKind.String } => (each.GetString()!, (long?)null),
        { ValueKind: JsonValueKind.Array } when each.GetArrayLength() == 2 && each[0].ValueKind is JsonValueKind.String && each[1].TryGetInt64(out var index) => (each[0].GetString()!, index),
        _ => throw new AirflowRefusal(["body", "task_ids"], string.Create(CultureInfo.InvariantCulture, $"'task_ids' holds {each.GetRawText()}, which is neither a task's id nor a pair of one and its map_index")),
    })];
}

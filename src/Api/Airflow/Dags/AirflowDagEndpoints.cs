using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>DAGs, their tasks and versions, as Airflow shows them.</summary>
internal static class AirflowDagEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/dags", ListAsync).Needs(Role.Viewer);
        var dag = api.MapGroup("/dags/{dagId}");
        dag.MapGet("", async (string dagId, AirflowCall call) => await ShownAsync(await call.DagAsync(dagId, Role.Viewer), call)).Needs(Role.Viewer);
        dag.MapPatch("", PatchAsync).Needs(Role.Operator);
        dag.MapGet("/details", DetailsAsync).Needs(Role.Viewer);
        dag.MapGet("/tasks", TasksAsync).Needs(Role.Viewer);
        dag.MapGet("/tasks/{taskId}", TaskAsync).Needs(Role.Viewer);
        dag.MapGet("/dagVersions", VersionsAsync).Needs(Role.Viewer);
        dag.MapGet("/dagVersions/{number:int}", VersionAsync).Needs(Role.Viewer);
    }

    private static async Task<AirflowDags> ListAsync(AirflowCall call)
    {
        var asked = call.Query;
        var (paging, order) = (AirflowPaging.Of(asked), AirflowOrder.Of(asked, "dag_id", ["dag_id", "dag_display_name"]));
        var (pattern, name, paused) = (asked.Pattern("dag_id_pattern"), asked.Pattern("dag_display_name_pattern"), asked.Flag("paused"));
        var (tags, all, owners) = (asked.Texts("tags"), asked.Among("tags_match_mode", "any", "all") is ["all"], asked.Texts("owners"));
        asked.PassOver("exclude_stale");
        asked.Done();

        var found = new List<PublishedSummary>();
        await foreach (var dag in call.Services.Catalogue.ListAsync(cancellation: call.Cancellation))
        {
            if (!call.Access.May(Role.Viewer, dag.Team) || (paused is { } wanted && dag.Paused != wanted)) continue;
            if (!AirflowPattern.IsIn(dag.Name, pattern) || !AirflowPattern.IsIn(dag.Name, name) || (owners.Length > 0 && !owners.Contains(dag.Team ?? ""))) continue;
            if (tags.Length > 0 && !await HasTagsAsync(dag.Name)) continue;
            found.Add(dag);
        }
        var page = new List<AirflowDag>();
        foreach (var dag in paging.Of(order.Sort(found, (each, _) => each.Name)))
            if (await call.Services.Catalogue.GetAsync(dag.Name, call.Cancellation) is { } published) page.Add(await ShownAsync(published, call));
        return new AirflowDags([.. page], found.Count);

        async Task<bool> HasTagsAsync(string dag)
        {
            if (await call.Services.Catalogue.GetAsync(dag, call.Cancellation) is not { } published) return false;
            var has = AirflowDag.TagsOf((await call.Plans.OfAsync(published, call.Cancellation)).Dag).ToHashSet(StringComparer.Ordinal);
            return all ? tags.All(has.Contains) : tags.Any(has.Contains);
        }
    }

    private static async Task<AirflowDag> PatchAsync(string dagId, AirflowCall call)
    {
        var dag = await call.DagAsync(dagId, Role.Operator);
        var change = await call.BodyAsync<AirflowDagChange>();
        CheckMask(call.Query, "is_paused");
        var caller = call.Access.ToCaller(dag.Team);
        dag = change.IsPaused ? await call.Services.Catalogue.PauseAsync(dagId, caller, null, cancellation: call.Cancellation) : await call.Services.Catalogue.UnpauseAsync(dagId, caller, call.Cancellation);
        return await ShownAsync(dag, call);
    }

    /// <summary>Refuses a mask that names what cannot be changed.</summary>
    public static void CheckMask(AirflowParameters query, params string[] fields)
    {
        foreach (var field in query.Texts("update_mask").SelectMany(mask => mask.Split(',')))
            if (!fields.Contains(field)) throw new UpdraftException(AirflowErrors.CannotBeDone, $"'update_mask' names '{field}', and only {string.Join(" and ", fields)} can be changed");
    }

    private static async Task<AirflowDag> ShownAsync(PublishedDag dag, AirflowCall call) =>
        new(dag, (await call.Plans.OfAsync(dag, call.Cancellation)).Dag, call.Clock.GetUtcNow());

    private static async Task<AirflowDagDetails> DetailsAsync(string dagId, AirflowCall call)
    {
        var dag = await call.DagAsync(dagId, Role.Viewer);
        return new AirflowDagDetails(dag, (await call.Plans.OfAsync(dag, call.Cancellation)).Dag, call.Clock.GetUtcNow());
    }

    private static async Task<AirflowTasks> TasksAsync(string dagId, AirflowCall call)
    {
        var plan = await call.Plans.OfAsync(await call.DagAsync(dagId, Role.Viewer), call.Cancellation);
        var order = AirflowOrder.Of(call.Query, "task_id", ["task_id", "task_display_name", "operator_name", "retries", "priority_weight"]);
        var tasks = order.Sort(plan.Dag.Tasks.Select(task => new AirflowTask(plan, task)), (task, field) => field switch
        {
            "operator_name" => task.OperatorName,
            "retries" => task.Retries,
            "priority_weight" => task.PriorityWeight,
            _ => task.TaskId,
        });
        return new AirflowTasks([.. tasks], plan.Dag.Tasks.Length);
    }

    private static async Task<AirflowTask> TaskAsync(string dagId, string taskId, AirflowCall call)
    {
        var plan = await call.Plans.OfAsync(await call.DagAsync(dagId, Role.Viewer), call.Cancellation);
        return new AirflowTask(plan, plan.Task(taskId));
    }

    private static async Task<AirflowDagVersions> VersionsAsync(string dagId, AirflowCall call)
    {
        await call.DagAsync(dagId, Role.Viewer);
        var (paging, order, number) = (AirflowPaging.Of(call.Query), AirflowOrder.Of(call.Query, "id", ["id", "version_number"]), call.Query.Number("version_number"));
        call.Query.Done();
        var all = await call.Services.Catalogue.VersionsAsync(dagId, call.Cancellation).Where(version => number is null || version.Number == number).ToListAsync(call.Cancellation);
        return new AirflowDagVersions([.. paging.Of(order.Sort(all, (version, _) => version.Number)).Select(version => AirflowDagVersion.Of(dagId, version))], all.Count);
    }

    private static async Task<AirflowDagVersion> VersionAsync(string dagId, int number, AirflowCall call)
    {
        await call.DagAsync(dagId, Role.Viewer);
        var found = await call.Services.Catalogue.VersionsAsync(dagId, call.Cancellation).FirstOrDefaultAsync(version => version.Number == number, call.Cancellation);
        return AirflowDagVersion.Of(dagId, found ?? throw new UpdraftException(AirflowErrors.NoEntry, $"DAG '{dagId}' has no version {number}"));
    }
}

/// <summary>A change of a DAG.</summary>
internal sealed record AirflowDagChange
{
    public required bool IsPaused { get; init; }
}

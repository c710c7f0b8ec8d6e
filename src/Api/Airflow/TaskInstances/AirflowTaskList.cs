using System.Runtime.CompilerServices;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Lists task instances, of one run or of many. Only so many are looked at.</summary>
internal static class AirflowTaskList
{
    /// <summary>A page of the task instances of runs.</summary>
    public static async Task<AirflowTaskInstances> PageAsync(AirflowCall call, IAsyncEnumerable<RunView> runs, AirflowTaskFilter filter, AirflowOrder order, AirflowPaging paging)
    {
        var all = new List<AirflowTaskInstance>();
        await foreach (var run in runs.WithCancellation(call.Cancellation))
        {
            var shown = await AirflowRunOfTasks.OfAsync(run, call);
            // Those of a run by the order of their tasks, and that only turns where the order asked for says so.
            var instances = await call.Services.Runs.Reader.InstancesAsync(run, call.Cancellation).Take(AirflowPaging.MostLookedAt).ToListAsync(call.Cancellation);
            all.AddRange(instances.OrderBy(each => shown.Plan.NumberOf(each.Task)).Select(each => new AirflowTaskInstance(shown, each)).Where(each => filter.Fits(each, shown.Plan.Task(each.TaskId))));
            if (all.Count >= AirflowPaging.MostLookedAt) break;
        }
        return new AirflowTaskInstances(paging.Of(order.Sort(all, AirflowTaskFilter.Value)), all.Count);
    }

    /// <summary>The runs that a filter means: by their ids where it names them.</summary>
    public static async IAsyncEnumerable<RunView> RunsAsync(AirflowCall call, string? dag, AirflowRunFilter filter, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var reader = call.Services.Runs.Reader;
        if (!filter.Ids.IsEmpty)
        {
            foreach (var id in filter.Ids.Distinct(StringComparer.Ordinal))
                if (await reader.GetAsync(id, cancellation) is { } run && call.Access.May(Role.Viewer, run.Request.Team) && filter.Fits(EntryOf(run))) yield return run;
            yield break;
        }
        await foreach (var entry in AirflowRunList.ListAsync(call, dag, filter, cancellation))
            if (await reader.GetAsync(entry.RunId, cancellation) is { } run) yield return run;
    }

    private static AirflowRunEntry EntryOf(RunView run) =>
        AirflowRunEntry.Of(0, new RunIndexEntry(run.Request.RunId, run.Request.Dag, run.Request.CreatedAt, run.Revision, default), RunSummary.Of(run.Request, run.Body));
}

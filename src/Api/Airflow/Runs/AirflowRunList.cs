using System.Runtime.CompilerServices;

namespace Updraft.Api;

/// <summary>Lists runs that somebody may see, of one DAG or of all. Only so many of the newest are looked at: a list of a million is not walked for a page of it.</summary>
internal static class AirflowRunList
{
    /// <summary>Runs that fit, the newest first.</summary>
    public static async IAsyncEnumerable<AirflowRunEntry> ListAsync(AirflowCall call, string? dag, AirflowRunFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0;
        // The team of a run stands in its request alone.
        var everywhere = call.Access.MayEverywhere(Role.Viewer);
        await foreach (var (entry, summary) in call.Services.Runs.ListAsync(dag ?? (filter.Dags is [var only] ? only : null), cancellation))
        {
            if (number == AirflowPaging.MostLookedAt) yield break;
            var run = AirflowRunEntry.Of(number++, entry, summary);
            // No run is acknowledged before it may begin, and the oldest come last.
            if (filter.RunAfter.AtLeast > entry.CreatedAt || filter.RunAfter.Above > entry.CreatedAt) yield break;
            if (!filter.Fits(run)) continue;
            if (everywhere || (await call.Services.Runs.Reader.RequestAsync(run.RunId, cancellation) is { } request && call.Access.May(Role.Viewer, request.Team))) yield return run;
        }
    }

    /// <summary>A page of them in full.</summary>
    public static async Task<AirflowRuns> PageAsync(AirflowCall call, string? dag, AirflowRunFilter filter, AirflowOrder order, AirflowPaging paging)
    {
        var all = await ListAsync(call, dag, filter, call.Cancellation).ToListAsync(call.Cancellation);
        var page = new List<AirflowRun>();
        foreach (var run in paging.Of(order.Sort(all, (each, field) => each.Value(field))))
            if (await call.Services.Runs.Reader.GetAsync(run.RunId, call.Cancellation) is { } view) page.Add(await AirflowRun.OfAsync(view, call));
        return new AirflowRuns([.. page], all.Count);
    }
}

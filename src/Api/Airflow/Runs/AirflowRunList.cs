using System.Runtime.CompilerServices;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Lists runs that somebody may see, of one DAG or of all. Only so many of the newest are looked at: a list of a million is not walked for a page of it.</summary>
internal static class AirflowRunList
{
    private const int MostSearches = 2 * AirflowPaging.MostLookedAt / RunSearch.MaxPage;

    /// <summary>Runs that fit, the newest first.</summary>
    public static async IAsyncEnumerable<AirflowRunEntry> ListAsync(AirflowCall call, string? dag, AirflowRunFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (wanted, number, after) = (filter.ToSearch(dag), 0, (string?)null);
        for (var searches = 0; searches < MostSearches; searches++)
        {
            var found = await call.Search.FindAsync(wanted, after, RunSearch.MaxPage, team => call.Access.May(Role.Viewer, team), cancellation);
            foreach (var each in found.Runs)
            {
                if (number == AirflowPaging.MostLookedAt) yield break;
                var run = AirflowRunEntry.Of(number++, each.Entry, each.Summary);
                if (filter.Fits(run)) yield return run;
            }
            if ((after = found.Next) is null) yield break;
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

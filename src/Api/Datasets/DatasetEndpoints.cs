using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Datasets, which all teams share. Their names often have slashes, so they stand in no path.</summary>
internal static class DatasetEndpoints
{
    private const int MostListed = 10_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/datasets", ListAsync).Needs(Role.Viewer);
        api.MapGet("/datasets/events", EventsAsync).Needs(Role.Viewer);
        api.MapGet("/datasets/partitions", PartitionsAsync).Needs(Role.Viewer);
        api.MapPost("/datasets/events", ReportAsync).Needs(Role.Operator).Once();
    }

    private static Task<Page<string>> ListAsync(string? after, int? count, DatasetClient datasets, CancellationToken cancellation) =>
        Page.OfAsync(datasets.NamesAsync(cancellation), after, count, MostListed, cancellation);

    private static async Task<Page<DatasetEvent>> EventsAsync(string dataset, string? after, int? count, Access access, TeamFinder teams, DatasetClient datasets, CancellationToken cancellation)
    {
        var found = await datasets.EventsAsync(dataset, after, Page.Size(count, DatasetClient.MaxPage), cancellation);
        return new Page<DatasetEvent>([.. await found.Events.ToAsyncEnumerable().Select((landed, stop) => ShownAsync(landed, access, teams, stop)).ToListAsync(cancellation)], found.Next);
    }

    private static Task<Page<DatasetEvent>> PartitionsAsync(string dataset, string? after, int? count, Access access, TeamFinder teams, DatasetClient datasets, CancellationToken cancellation) =>
        Page.OfAsync(datasets.PartitionsAsync(dataset, cancellation).Select((landed, stop) => ShownAsync(landed, access, teams, stop)), after, count, MostListed, cancellation);

    // That something has landed is everybody's to know; which run of another team wrote it is not.
    private static async ValueTask<DatasetEvent> ShownAsync(DatasetEvent landed, Access access, TeamFinder teams, CancellationToken cancellation) =>
        landed.RunId is not { } run || await teams.MayWithRunAsync(access, Role.Viewer, run, cancellation) ? landed : landed with { RunId = null, TaskId = null, By = null };

    private static Task<DatasetEvent> ReportAsync(DatasetReport report, IdempotencyKey key, Access access, DatasetClient datasets, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return datasets.ReportAsync(report.ToOutput(), report.Id ?? key.IdOf("report"), access.Name, cancellation);
    }
}

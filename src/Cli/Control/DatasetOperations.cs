using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about datasets.</summary>
internal static class DatasetOperations
{
    private const int MostListed = 10_000;

    public static readonly Operation<Nothing, ImmutableArray<string>> List = new("datasets/list", async (host, _, cancellation) =>
        [.. await host.Services.Datasets.NamesAsync(cancellation).Take(MostListed).ToListAsync(cancellation)]);

    public static readonly Operation<DatasetRequest, DatasetListing> Show = new("datasets/show", (host, request, cancellation) =>
        host.Services.Datasets.EventsAsync(request.Dataset, null, request.Count, cancellation));

    public static readonly Operation<DatasetReport, DatasetEvent> Report = new("datasets/report", (host, request, cancellation) =>
        host.Services.Datasets.ReportAsync(request.Output, request.Id, request.By, cancellation));

    public static readonly ImmutableArray<Operation> All = [List, Show, Report];
}

/// <summary>How many of a dataset's newest events are wanted.</summary>
internal sealed record DatasetRequest(string Dataset, int Count);

/// <summary>That a dataset has landed.</summary>
/// <param name="Output">What has landed.</param>
/// <param name="Id">Names the report; null for one that is like no other.</param>
/// <param name="By">Who reports.</param>
internal sealed record DatasetReport(DatasetOutput Output, string? Id, string By);

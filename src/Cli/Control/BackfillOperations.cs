using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about backfills.</summary>
internal static class BackfillOperations
{
    private const int MostListed = 1_000;

    public static readonly Operation<CreateBackfill, BackfillPreview> Preview = new("backfills/preview", (host, request, cancellation) =>
        DagOperations.OrSuggestAsync(host, request.Dag, () => host.Services.Backfills.PreviewAsync(request, cancellation), cancellation));

    public static readonly Operation<CreateBackfill, BackfillAnswer> Create = new("backfills/create", async (host, request, cancellation) =>
        Answer(host, await DagOperations.OrSuggestAsync(host, request.Dag, () => host.Services.Backfills.CreateAsync(request, cancellation), cancellation)));

    public static readonly Operation<BackfillId, BackfillAnswer> Show = new("backfills/show", async (host, request, cancellation) =>
        Answer(host, await host.Services.Backfills.GetAsync(request.Id, cancellation) ?? throw await NoBackfillAsync(host, request.Id, cancellation)));

    public static readonly Operation<BackfillsOf, ImmutableArray<BackfillView>> List = new("backfills/list", async (host, request, cancellation) =>
        [.. await host.Services.Backfills.ListAsync(request.Dag, cancellation).Take(MostListed).ToListAsync(cancellation)]);

    public static readonly Operation<BackfillPause, BackfillAnswer> Pause = new("backfills/pause", (host, request, cancellation) =>
        ToldAsync(host, request.Id, host.Services.Backfills.PauseAsync(request.Id, request.Paused, cancellation), cancellation));

    public static readonly Operation<BackfillCancel, BackfillAnswer> Cancel = new("backfills/cancel", (host, request, cancellation) =>
        ToldAsync(host, request.Id, host.Services.Backfills.CancelAsync(request.Id, request.Runs, cancellation), cancellation));

    public static readonly ImmutableArray<Operation> All = [Preview, Create, Show, List, Pause, Cancel];

    private static BackfillAnswer Answer(LocalHost host, BackfillView backfill) => new(backfill, host.Drives(null));

    private static async Task<BackfillAnswer> ToldAsync(LocalHost host, string id, Task<bool> told, CancellationToken cancellation) =>
        await told && await host.Services.Backfills.GetAsync(id, cancellation) is { } backfill ? Answer(host, backfill) : throw await NoBackfillAsync(host, id, cancellation);

    private static async Task<UpdraftException> NoBackfillAsync(LocalHost host, string id, CancellationToken cancellation)
    {
        var known = await host.Services.Backfills.ListAsync(null, cancellation).Take(MostListed).Select(backfill => backfill.Request.Id).ToListAsync(cancellation);
        return new UpdraftException(CliErrors.NoBackfill, $"there is no backfill '{Printable.Of(id)}'{Printable.Of(Suggestion.For(id, known))}; see 'updraft backfill list'");
    }
}

/// <summary>Which backfill.</summary>
internal sealed record BackfillId(string Id);

/// <summary>Backfills of a DAG; of all when it is null.</summary>
internal sealed record BackfillsOf(string? Dag);

/// <summary>Pauses a backfill, or lets it go on.</summary>
internal sealed record BackfillPause(string Id, bool Paused);

/// <summary>Cancels a backfill, and where asked its runs under way.</summary>
internal sealed record BackfillCancel(string Id, bool Runs);

/// <summary>A backfill.</summary>
/// <param name="Backfill">How it stands.</param>
/// <param name="Driven">Whether a process drives it now.</param>
internal sealed record BackfillAnswer(BackfillView Backfill, bool Driven);

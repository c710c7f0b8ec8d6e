using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about published DAGs.</summary>
internal static class DagOperations
{
    private const int MostVersions = 10;
    private const int MostTicks = 5;
    private const int MostRuns = 5;

    public static readonly Operation<PublishRequest, PublishAnswer> Publish = new("dags/publish", async (host, request, cancellation) =>
    {
        var publish = request.ToPublish();
        var before = await host.Services.Catalogue.GetAsync(CatalogueName.Of(publish.Spec.Name, publish.Experiment), cancellation);
        var dag = await host.Services.Catalogue.PublishAsync(publish, cancellation);
        return new PublishAnswer(dag.Name, dag.Current!.Number, dag.Current.Hash, before?.Current?.Hash != dag.Current.Hash, await host.Services.Connections.WarningsAsync(publish.Spec, cancellation));
    });

    public static readonly Operation<DagListRequest, ImmutableArray<PublishedSummary>> List = new("dags/list", async (host, request, cancellation) =>
        [.. await host.Services.Catalogue.ListAsync(request.Of, cancellation).Where(dag => dag.Experiment == request.Experiments).ToListAsync(cancellation)]);

    public static readonly Operation<DagRequest, DagAnswer> Show = new("dags/show", async (host, request, cancellation) =>
    {
        var catalogue = host.Services.Catalogue;
        var dag = await catalogue.GetAsync(request.Name, cancellation) ?? throw await NoDagAsync(host, request.Name, cancellation);
        return new DagAnswer
        {
            Dag = dag,
            Versions = [.. await catalogue.VersionsAsync(request.Name, cancellation).Take(MostVersions).ToListAsync(cancellation)],
            NextTicks = NextTicks(dag, host.Clock.GetUtcNow()),
            Runs = [.. await host.Runs.ListAsync(request.Name, cancellation).Take(MostRuns).Select(run => RunLine.Of(run.Entry, run.Summary)).ToListAsync(cancellation)],
        };
    });

    public static readonly Operation<DagRequest, PublishedDag> Pause = new("dags/pause", (host, request, cancellation) =>
        OrSuggestAsync(host, request.Name, () => host.Services.Catalogue.PauseAsync(request.Name, request.By, request.Reason, cancellation: cancellation), cancellation));

    public static readonly Operation<DagRequest, PublishedDag> Unpause = new("dags/unpause", (host, request, cancellation) =>
        OrSuggestAsync(host, request.Name, () => host.Services.Catalogue.UnpauseAsync(request.Name, request.By, cancellation), cancellation));

    public static readonly Operation<DagRequest, DagDeleted> Delete = new("dags/delete", async (host, request, cancellation) =>
        await host.Services.Catalogue.RemoveAsync(request.Name, request.By, cancellation) ? new DagDeleted(request.Name) : throw await NoDagAsync(host, request.Name, cancellation));

    public static readonly ImmutableArray<Operation> All = [Publish, List, Show, Pause, Unpause, Delete];

    /// <summary>That no DAG of a name is published, and which was meant.</summary>
    public static async Task<UpdraftException> NoDagAsync(LocalHost host, string name, CancellationToken cancellation)
    {
        var known = await host.Services.Catalogue.ListAsync(cancellation: cancellation).Select(dag => dag.Name).ToListAsync(cancellation);
        return new UpdraftException(CatalogueErrors.NoSuchDag, $"no DAG '{Printable.Of(name)}' is published{Suggestion.For(name, known)}; see 'updraft dags list'");
    }

    /// <summary>Does something with a DAG; where there is none of that name, it is said which was meant.</summary>
    public static async Task<T> OrSuggestAsync<T>(LocalHost host, string name, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (UpdraftException e) when (e.Code == CatalogueErrors.NoSuchDag)
        {
            throw await NoDagAsync(host, name, cancellation);
        }
    }

    private static ImmutableArray<DateTimeOffset> NextTicks(PublishedDag dag, DateTimeOffset now)
    {
        if (dag.Paused || dag.Schedule is not { HasTicks: true } spec) return [];
        var (schedule, ticks) = (Schedule.Create(spec), ImmutableArray.CreateBuilder<DateTimeOffset>());
        for (var tick = schedule.NextTick(now); tick is { } at && ticks.Count < MostTicks; tick = schedule.NextTick(at)) ticks.Add(at);
        return ticks.ToImmutable();
    }
}

/// <summary>A DAG or experiment is no longer published.</summary>
internal sealed record DagDeleted(string Name);

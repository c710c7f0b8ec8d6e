using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Published DAGs.</summary>
internal static class DagEndpoints
{
    private const int MostDags = 1_000;
    private const int MostTicks = 100;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/dags", PublishAsync).Needs(Role.Author).Once();
        api.MapGet("/dags", ListAsync).Needs(Role.Viewer);
        api.MapGet("/dags/{dag}", GetAsync).Needs(Role.Viewer).Tagged();
        api.MapGet("/dags/{dag}/versions", VersionsAsync).Needs(Role.Viewer);
        api.MapGet("/dags/{dag}/experiments", ExperimentsAsync).Needs(Role.Viewer);
        api.MapGet("/dags/{dag}/ticks", TicksAsync).Needs(Role.Viewer);
        api.MapPost("/dags/{dag}/pause", PauseAsync).Needs(Role.Operator);
        api.MapPost("/dags/{dag}/unpause", UnpauseAsync).Needs(Role.Operator);
        api.MapDelete("/dags/{dag}", DeleteAsync).Needs(Role.Author);
    }

    private static async Task<Ok<PublishAnswer>> PublishAsync(PublishRequest asked, IdempotencyKey key, Access access, RunServices services, Teams teams, CancellationToken cancellation)
    {
        var publish = asked.ToPublish(access);
        access.Names("dag", CatalogueName.Of(publish.Spec.Name, publish.Experiment));
        // Also where the DAG is there and belongs to nobody: it would be theirs from then on.
        if (publish.By.Team is { } team) access.Demand(Role.Author, team);
        await teams.DemandDefinedAsync(publish.By.Team, cancellation);
        await PackageEndpoints.DemandAsync(publish.Package, services.Packages, cancellation);
        var before = await services.Catalogue.GetAsync(CatalogueName.Of(publish.Spec.Name, publish.Experiment), cancellation);
        access.Demand(Role.Author, before?.Team ?? publish.By.Team);
        // A late repetition must not put an old version back.
        var dag = key.IsDone && before is not null ? before : await services.Catalogue.PublishAsync(publish, cancellation);
        return TypedResults.Ok(new PublishAnswer(dag.Name, dag.Current!.Number, dag.Current.Hash, before?.Current?.Hash != dag.Current.Hash, await services.Connections.WarningsAsync(publish.Spec, cancellation)));
    }

    private static Task<Page<PublishedSummary>> ListAsync(bool? experiments, string? of, string? after, int? count, Access access, DagCatalogue catalogue, CancellationToken cancellation) =>
        Page.OfAsync(catalogue.ListAsync(of, cancellation).Where(dag => (experiments is null || dag.Experiment == experiments) && access.May(Role.Viewer, dag.Team)), after, count, MostDags, cancellation);

    private static Task<PublishedDag> GetAsync(string dag, Access access, DagFinder dags, CancellationToken cancellation) => dags.GetAsync(dag, access, Role.Viewer, cancellation);

    private static async Task<Page<PublishedVersion>> VersionsAsync(string dag, string? after, int? count, Access access, DagFinder dags, DagCatalogue catalogue, CancellationToken cancellation)
    {
        await dags.GetAsync(dag, access, Role.Viewer, cancellation);
        return await Page.OfAsync(catalogue.VersionsAsync(dag, cancellation), after, count, MostDags, cancellation);
    }

    /// <summary>Those of a DAG; it need not be published itself.</summary>
    private static Task<Page<PublishedSummary>> ExperimentsAsync(string dag, string? after, int? count, Access access, DagCatalogue catalogue, CancellationToken cancellation) =>
        ListAsync(true, dag, after, count, access, catalogue, cancellation);

    private static async Task<ImmutableArray<DateTimeOffset>> TicksAsync(string dag, int? count, Access access, DagFinder dags, TimeProvider clock, CancellationToken cancellation)
    {
        var found = await dags.GetAsync(dag, access, Role.Viewer, cancellation);
        if (found.Paused || found.Schedule is not { HasTicks: true } spec) return [];
        var (schedule, ticks, most) = (Schedule.Create(spec), ImmutableArray.CreateBuilder<DateTimeOffset>(), Page.Size(count ?? 5, MostTicks));
        for (var tick = schedule.NextTick(clock.GetUtcNow()); tick is { } at && ticks.Count < most; tick = schedule.NextTick(at)) ticks.Add(at);
        return ticks.ToImmutable();
    }

    private static async Task<PublishedDag> PauseAsync(string dag, PauseDag how, Access access, DagFinder dags, DagCatalogue catalogue, CancellationToken cancellation)
    {
        var found = await dags.GetAsync(dag, access, Role.Operator, cancellation);
        return await catalogue.PauseAsync(dag, access.ToCaller(found.Team), how.Reason, cancellation: cancellation);
    }

    private static async Task<PublishedDag> UnpauseAsync(string dag, Access access, DagFinder dags, DagCatalogue catalogue, CancellationToken cancellation)
    {
        var found = await dags.GetAsync(dag, access, Role.Operator, cancellation);
        return await catalogue.UnpauseAsync(dag, access.ToCaller(found.Team), cancellation);
    }

    private static async Task<NoContent> DeleteAsync(string dag, Access access, DagFinder dags, DagCatalogue catalogue, CancellationToken cancellation)
    {
        var found = await dags.GetAsync(dag, access, Role.Author, cancellation);
        await catalogue.RemoveAsync(dag, access.ToCaller(found.Team), cancellation);
        return TypedResults.NoContent();
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Runs: made, shown and waited for.</summary>
internal static class RunEndpoints
{
    // A wait is asked for again and again, so that neither side waits for one that is gone.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/dags/{dag}/runs", TriggerAsync).Needs(Role.Operator).Once();
        api.MapPost("/runs", TriggerInlineAsync).Needs(Role.Author).Once();
        api.MapGet("/runs/{runId}", GetAsync).Needs(Role.Viewer).Tagged();
        api.MapGet("/runs/{runId}/wait", WaitAsync).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/dag", DagAsync).Needs(Role.Viewer).Tagged().Produces<JsonElement>();
    }

    /// <summary>Where a run is found.</summary>
    public static string PathOf(string runId) => $"{UpdraftApi.Prefix}/runs/{Uri.EscapeDataString(runId)}";

    private static async Task<Accepted<RunAccepted>> TriggerAsync(string dag, TriggerPublished asked, IdempotencyKey key, Access access, DagFinder dags, RunServices services, IApiHost host, CancellationToken cancellation)
    {
        await dags.GetAsync(dag, access, Role.Operator, cancellation);
        TriggerRun Set(TriggerRun run) => asked.Run.SetOn(run, key, access);
        var triggered = asked.Task is { } task
            ? await services.Reruns.RunAloneAsync(Set(await services.Catalogue.PinAsync(dag, asked.Version, cancellation)), task, cancellation)
            : await services.Catalogue.TriggerAsync(dag, Set, asked.Version, cancellation);
        return Accepted(triggered, access, host);
    }

    private static async Task<Accepted<RunAccepted>> TriggerInlineAsync(TriggerInline asked, IdempotencyKey key, Access access, RunServices services, IApiHost host, CancellationToken cancellation)
    {
        await PackageEndpoints.DemandAsync(asked.Package, services.Packages, cancellation);
        var trigger = asked.Run.SetOn(new TriggerRun { Dag = DagJson.Parse(asked.Spec.GetRawText()), Operators = asked.Operators, Package = asked.Package, Team = access.ToCaller().Team }, key, access);
        return Accepted(asked.Task is { } task ? await services.Reruns.RunAloneAsync(trigger, task, cancellation) : await services.Runs.TriggerAsync(trigger, cancellation), access, host);
    }

    private static async Task<RunResource> GetAsync(string runId, Access access, RunFinder runs, RunServices services, IApiHost host, CancellationToken cancellation) =>
        await ResourceAsync(await runs.GetAsync(runId, access, Role.Viewer, cancellation), services, host, cancellation);

    /// <summary>Answers once the run has ended and all of it is stored, or its document is another than that of a revision, or the time is over.</summary>
    private static async Task<RunResource> WaitAsync(string runId, string? timeout, long? revision, Access access, RunFinder runs, RunServices services, IApiHost host, TimeProvider clock, CancellationToken cancellation)
    {
        var longest = timeout is null ? LongestWait : Durations.Parse(timeout);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var time = Task.Delay(longest < LongestWait ? longest : LongestWait, clock, over.Token);
        try
        {
            while (true)
            {
                using var next = services.Notices.Next(runId);
                var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
                if (run.Final || (revision is { } seen && run.Revision != seen) || time.IsCompleted) return await ResourceAsync(run, services, host, cancellation);
                await Task.WhenAny(next.Task, time);
                cancellation.ThrowIfCancellationRequested();
                if (!next.Task.IsCompleted) await services.Runs.CheckAsync(run, cancellation);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private static async Task<ContentHttpResult> DagAsync(string runId, Access access, RunFinder runs, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        return TypedResults.Content(DagJson.Serialize(await runs.DagOfAsync(run.Request, cancellation)), "application/json");
    }

    internal static async Task<RunResource> ResourceAsync(RunView run, RunServices services, IApiHost host, CancellationToken cancellation) =>
        RunResource.Of(run, (await services.Notes.GetAsync(run.Request.RunId, cancellation))!, host.Drives(run.Request.RunId));

    internal static Accepted<RunAccepted> Accepted(TriggeredRun triggered, Access access, IApiHost host)
    {
        var run = triggered.OrRefused().Request;
        if (!access.May(Role.Viewer, run.Team)) throw new UpdraftException(SecurityErrors.IdTaken, $"the run id '{run.RunId}' is taken: choose another");
        var path = PathOf(run.RunId);
        return TypedResults.Accepted(path, new RunAccepted(run.RunId, run.Dag, triggered.Created, host.Drives(run.RunId), path, path + "/wait"));
    }
}

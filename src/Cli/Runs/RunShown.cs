using System.Collections.Immutable;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>All that is shown of a run, as the API tells it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Dag">The version of its DAG that it is pinned to.</param>
/// <param name="Instances">Its task instances, in the order of the DAG and of their slots.</param>
internal sealed record RunShown(RunResource Run, DagSpec Dag, ImmutableArray<TaskInstanceResource> Instances)
{
    private const int PageSize = 1_000;

    public RunPicture Picture => RunPictures.Of(Run, Instances);

    /// <summary>Of a run that the API shows.</summary>
    /// <exception cref="UpdraftException">There is no such run.</exception>
    public static async Task<RunShown> OfAsync(ApiClient api, string runId, CancellationToken cancellation)
    {
        var run = await api.GetAsync<RunResource>($"runs/{runId}", cancellation);
        var dag = await DagOfAsync(api, runId, cancellation);
        return new RunShown(run, dag, await InstancesOfAsync(api, runId, dag, cancellation));
    }

    /// <summary>Of a run of this process.</summary>
    /// <param name="services">Where it is.</param>
    /// <param name="run">The run.</param>
    /// <param name="dag">The version of its DAG that it is pinned to.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RunShown> OfAsync(RunServices services, RunView run, DagSpec dag, CancellationToken cancellation)
    {
        var resource = RunResource.Of(run, (await services.Notes.GetAsync(run.Request.RunId, cancellation))!, driven: true);
        var instances = RunPictures.IsShownInFull(resource) ? await services.Runs.Reader.InstancesAsync(run, cancellation).Select(TaskInstanceResource.Of).ToListAsync(cancellation) : [];
        return new RunShown(resource, dag, [.. RunPictures.InOrder(instances, RunPictures.OrderOf(dag))]);
    }

    /// <summary>The version of a DAG that a run is pinned to.</summary>
    public static async Task<DagSpec> DagOfAsync(ApiClient api, string runId, CancellationToken cancellation) => DagJson.Parse(await api.GetTextAsync($"runs/{runId}/dag", cancellation));

    /// <summary>All task instances of a run, in order.</summary>
    public static async Task<ImmutableArray<TaskInstanceResource>> InstancesOfAsync(ApiClient api, string runId, DagSpec dag, CancellationToken cancellation)
    {
        var instances = await api.PagesAsync<TaskInstanceResource>(after => Page(runId).With("count", PageSize).With("after", after), cancellation).ToListAsync(cancellation);
        return [.. RunPictures.InOrder(instances, RunPictures.OrderOf(dag))];
    }

    private static ApiPath Page(string runId) => $"runs/{runId}/instances";
}

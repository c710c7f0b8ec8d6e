using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>The version of a DAG that a run is pinned to.</summary>
internal static class PinnedDag
{
    public static async Task<DagSpec> OfAsync(SpecStore specs, RunRequest run, CancellationToken cancellation)
    {
        var json = await specs.GetSpecAsync(run.DagHash, cancellation) ?? throw NoVersion(run);
        return DagJson.Parse(Encoding.UTF8.GetString(json.Span));
    }

    private static UpdraftException NoVersion(RunRequest run) => new(Api.ApiErrors.NoRun, $"run '{run.RunId}' is of a version of DAG '{run.Dag}' that is no longer stored");
}

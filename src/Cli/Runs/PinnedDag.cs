using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>The version of a DAG that a run is pinned to.</summary>
internal static class PinnedDag
{
    public static async Task<DagSpec> OfAsync(DataFolder data, RunRequest run, CancellationToken cancellation)
    {
        var json = await new SpecStore(data.State).GetSpecAsync(run.DagHash, cancellation) ?? throw NoVersion(data, run);
        return DagJson.Parse(Encoding.UTF8.GetString(json.Span));
    }

    private static UpdraftException NoVersion(DataFolder data, RunRequest run) =>
        new(CliErrors.NoRun, $"run '{Printable.Of(run.RunId)}' is of a version of DAG '{run.Dag}' that is no longer in {data.Folder}");
}

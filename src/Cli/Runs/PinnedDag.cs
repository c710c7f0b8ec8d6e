using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>The version of a DAG that a run is pinned to.</summary>
internal static class PinnedDag
{
    public static async Task<DagSpec> OfAsync(DataFolder data, RunRequest run, CancellationToken cancellation)
    {
        var json = await new SpecStore(data.State).GetSpecAsync(run.DagHash, cancellation)
            ?? throw new UpdraftException(CliErrors.NoRun, $"run '{Printable.Of(run.RunId)}' is of a version of DAG '{run.Dag}' that is no longer in {data.Folder}");
        return DagJson.Parse(Encoding.UTF8.GetString(json.Span));
    }
}

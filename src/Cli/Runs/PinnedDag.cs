using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
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

    /// <summary>What makes another run of the same version.</summary>
    public static async Task<TriggerRun> TriggerOfAsync(DataFolder data, RunRequest run, CancellationToken cancellation)
    {
        var manifests = await new SpecStore(data.State).GetManifestsAsync(run.DagHash, cancellation) ?? throw NoVersion(data, run);
        return new TriggerRun
        {
            Dag = await OfAsync(data, run, cancellation),
            Operators = JsonSerializer.Deserialize<ImmutableArray<OperatorManifest>>(manifests.Span, OrchestrationJson.Options),
            Package = run.Package,
            Version = run.DagHash,
            PublishedAs = run.Dag,
        };
    }

    private static UpdraftException NoVersion(DataFolder data, RunRequest run) =>
        new(CliErrors.NoRun, $"run '{Printable.Of(run.RunId)}' is of a version of DAG '{run.Dag}' that is no longer in {data.Folder}");
}

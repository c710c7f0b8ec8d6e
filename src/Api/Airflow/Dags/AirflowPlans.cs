using System.Collections.Concurrent;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Versions of DAGs, read once and kept, for none ever changes. Thread-safe.</summary>
public sealed class AirflowPlans(RunFinder runs, DagCatalogue catalogue)
{
    private const int KeptPlans = 256;
    private const int KeptVersions = 4_096;

    private readonly ConcurrentDictionary<string, AirflowPlan> _plans = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Dag, string Hash), PublishedVersion> _versions = [];

    /// <summary>The version that a run is pinned to.</summary>
    internal async Task<AirflowPlan> OfAsync(RunRequest run, CancellationToken cancellation)
    {
        if (_plans.TryGetValue(run.DagHash, out var known)) return known;
        var plan = new AirflowPlan(await runs.DagOfAsync(run, cancellation));
        if (_plans.Count >= KeptPlans) _plans.Clear();
        return _plans[run.DagHash] = plan;
    }

    /// <summary>The current version of a published DAG.</summary>
    internal async Task<AirflowPlan> OfAsync(PublishedDag dag, CancellationToken cancellation)
    {
        var hash = dag.Current!.Hash;
        if (_plans.TryGetValue(hash, out var known)) return known;
        var plan = new AirflowPlan((await catalogue.PinAsync(dag.Name, hash, cancellation)).Dag);
        if (_plans.Count >= KeptPlans) _plans.Clear();
        return _plans[hash] = plan;
    }

    /// <summary>A version by its hash; null for one that was never published, or is listed no more.</summary>
    internal async Task<AirflowDagVersion?> VersionAsync(string dag, string hash, CancellationToken cancellation)
    {
        if (!_versions.TryGetValue((dag, hash), out var version))
        {
            version = await catalogue.VersionsAsync(dag, cancellation).FirstOrDefaultAsync(each => each.Hash == hash, cancellation);
            if (version is null) return null;
            if (_versions.Count >= KeptVersions) _versions.Clear();
            _versions[(dag, hash)] = version;
        }
        return AirflowDagVersion.Of(dag, version);
    }
}

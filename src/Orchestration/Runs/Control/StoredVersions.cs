using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Versions of DAGs as runs pinned them, read and kept: a version never changes. Thread-safe.</summary>
internal sealed class StoredVersions(SpecStore specs)
{
    private const int Kept = 256;

    private readonly ConcurrentDictionary<string, StoredVersion> _read = new(StringComparer.Ordinal);

    /// <summary>A version; null when it is not stored (any more).</summary>
    public async Task<StoredVersion?> GetAsync(string hash, CancellationToken cancellation)
    {
        if (_read.TryGetValue(hash, out var known)) return known;
        if (await specs.GetSpecAsync(hash, cancellation) is not { } spec || await specs.GetManifestsAsync(hash, cancellation) is not { } manifests) return null;
        if (_read.Count >= Kept) _read.Clear();
        return _read[hash] = new(DagJson.Parse(Encoding.UTF8.GetString(spec.Span)), JsonSerializer.Deserialize<ImmutableArray<OperatorManifest>>(manifests.Span, OrchestrationJson.Options));
    }
}

/// <summary>A DAG and the operators that it was checked against.</summary>
internal sealed record StoredVersion(DagSpec Dag, ImmutableArray<OperatorManifest> Operators);

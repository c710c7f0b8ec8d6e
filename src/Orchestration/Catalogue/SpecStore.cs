using System.Collections.Concurrent;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Published versions of DAGs by the hash of their spec: the spec's canonical JSON and the manifests of the operators it was validated
/// against. A version never changes, so what was read once is kept for the life of the process.
/// </summary>
public sealed class SpecStore(IStateStore store)
{
    /// <summary>Largest spec, in bytes of JSON.</summary>
    public const int MaxBytes = 512 * 1024;

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _read = new(StringComparer.Ordinal);

    /// <summary>Stores a version; nothing happens when it is there already.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="ActorErrors.SpecTooLarge"/>.</exception>
    public async Task PutAsync(string hash, ReadOnlyMemory<byte> spec, JsonElement manifests, CancellationToken cancellation = default)
    {
        if (spec.Length > MaxBytes) throw ActorErrors.SpecOf(hash, spec.Length);
        if (_read.ContainsKey(SpecPath(hash))) return;
        // The spec comes last: whoever finds it finds its manifests.
        await store.PutAsync(ManifestsPath(hash), manifests, WriteCondition.IfAbsent, cancellation: cancellation);
        await store.PutAsync(SpecPath(hash), new DocumentWrite { Content = spec, If = WriteCondition.IfAbsent }, cancellation);
        _read[SpecPath(hash)] = spec;
    }

    /// <summary>The spec's canonical JSON; null when no such version was published.</summary>
    public Task<ReadOnlyMemory<byte>?> GetSpecAsync(string hash, CancellationToken cancellation = default) => ReadAsync(SpecPath(hash), cancellation);

    /// <summary>The manifests as they were stored; null when no such version was published.</summary>
    public Task<ReadOnlyMemory<byte>?> GetManifestsAsync(string hash, CancellationToken cancellation = default) => ReadAsync(ManifestsPath(hash), cancellation);

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation)
    {
        if (_read.TryGetValue(path, out var known)) return known;
        if (await store.GetAsync(path, cancellation) is not { } document) return null;
        return _read[path] = document.Content;
    }

    private static string SpecPath(string hash) => "specs/" + DocumentPath.Of(hash, "spec");

    private static string ManifestsPath(string hash) => "specs/" + DocumentPath.Of(hash, "manifests");
}

using System.Collections.Concurrent;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Published versions of DAGs by the hash of their spec: the spec's canonical JSON and the manifests of the operators it was validated
/// against. A version never changes, so what was read once is kept for the life of the process.
/// </summary>
public sealed class SpecStore(IStateStore store, TimeProvider? clock = null)
{
    /// <summary>Largest spec, in bytes of JSON.</summary>
    public const int MaxBytes = 512 * 1024;

    internal const string All = "specs/";

    /// <summary>How long what was stored is taken to be there still: well below the time that unused versions are kept.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _stored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _read = new(StringComparer.Ordinal);

    /// <summary>Stores a version; nothing happens when it is there already.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="ActorErrors.SpecTooLarge"/>.</exception>
    public async Task PutAsync(string hash, ReadOnlyMemory<byte> spec, JsonElement manifests, CancellationToken cancellation = default)
    {
        if (spec.Length > MaxBytes) throw ActorErrors.SpecOf(hash, spec.Length);
        var now = _clock.GetUtcNow();
        if (_stored.TryGetValue(hash, out var at) && now - at < Remembered) return;
        // What was noted as unused may be about to be removed: written anew, it is another document than the one that is removed.
        var isNoted = await store.GetAsync(UnusedPath(hash), cancellation) is not null && await store.DeleteAsync(UnusedPath(hash), null, cancellation);
        var condition = isNoted ? WriteCondition.None : WriteCondition.IfAbsent;
        // The spec comes last: whoever finds it finds its manifests.
        await store.PutAsync(ManifestsPath(hash), manifests, condition, cancellation: cancellation);
        await store.PutAsync(SpecPath(hash), new DocumentWrite { Content = spec, If = condition }, cancellation);
        _read[SpecPath(hash)] = spec;
        _stored[hash] = now;
    }

    /// <summary>The spec's canonical JSON; null when no such version was published.</summary>
    public Task<ReadOnlyMemory<byte>?> GetSpecAsync(string hash, CancellationToken cancellation = default) => ReadAsync(SpecPath(hash), cancellation);

    /// <summary>The manifests as they were stored; null when no such version was published.</summary>
    public Task<ReadOnlyMemory<byte>?> GetManifestsAsync(string hash, CancellationToken cancellation = default) => ReadAsync(ManifestsPath(hash), cancellation);

    /// <summary>Removes an unused version, if spec and note are still those of these etags. False when not.</summary>
    internal async Task<bool> RemoveAsync(string hash, string spec, string note, CancellationToken cancellation)
    {
        var manifests = await store.GetAsync(ManifestsPath(hash), cancellation);
        if (!await store.DeleteAsync(SpecPath(hash), spec, cancellation)) return false;
        if (manifests is not null) await store.DeleteAsync(ManifestsPath(hash), manifests.ETag, cancellation);
        _stored.TryRemove(hash, out _);
        await store.DeleteAsync(UnusedPath(hash), note, cancellation);
        return true;
    }

    /// <summary>Where it is noted that nothing refers to a version.</summary>
    internal static string UnusedPath(string hash) => All + DocumentPath.Of(hash, "unused");

    /// <summary>The hash of the spec at a path; null when another document is there.</summary>
    internal static string? SpecAt(string path) => path.EndsWith("/spec/", StringComparison.Ordinal) ? DocumentPath.LastName(path[..^"spec/".Length]) : null;

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation)
    {
        if (_read.TryGetValue(path, out var known)) return known;
        if (await store.GetAsync(path, cancellation) is not { } document) return null;
        return _read[path] = document.Content;
    }

    private static string SpecPath(string hash) => All + DocumentPath.Of(hash, "spec");

    private static string ManifestsPath(string hash) => All + DocumentPath.Of(hash, "manifests");
}

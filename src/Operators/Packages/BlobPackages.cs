using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Packages in a blob store, for hosts of many machines: each is one archive, and a machine that needs one unpacks it into a folder of its own, which may be lost at any
/// time. What is unpacked is what its hash says, whatever has become of the archive. An archive has a name of its own, so that one that is being removed
/// and one that is sent meanwhile are two.
/// </summary>
/// <param name="blobs">Where the archives are.</param>
/// <param name="notes">Notes of packages that nothing refers to.</param>
/// <param name="unpacked">Those that this machine has unpacked.</param>
/// <param name="clock">The clock.</param>
public sealed class BlobPackages(IBlobStore blobs, PackageNotes notes, UnpackedPackages unpacked, TimeProvider clock) : IPackageStore
{
    private const string All = "packages/";
    private const int HashLength = 64;

    /// <summary>How long what was found is taken to be there still: well below the time that unused packages are kept.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<DagPackage>> _fetching = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default)
    {
        if (await unpacked.FindAsync(hash, cancellation) is { } found) return found;
        Task<DagPackage>? fetching;
        lock (_lock)
        {
            // Tasks of one DAG begin together: they wait for one download, which who gives up does not take from the others.
            if (!_fetching.TryGetValue(hash, out fetching)) _fetching[hash] = fetching = Task.Run(() => FetchAsync(hash), CancellationToken.None);
        }
        return await fetching.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(string hash, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(hash, out var at) && now - at < Remembered) return true;
        var prefix = PrefixOf(hash);
        // The note goes first: what is found after that stays.
        var leaving = await notes.WithdrawAsync(hash, cancellation);
        if (!await blobs.ListAsync(prefix, cancellation).AnyAsync(place => !leaving.Contains(place), cancellation)) return false;
        _known[hash] = now;
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string hash, Stream zip, CancellationToken cancellation = default)
    {
        if (await HasAsync(hash, cancellation)) return false;
        // It is looked at before others can have it. One that was left here by an upload that was cut short is sent again.
        await unpacked.AddAsync(hash, zip, cancellation);
        await using var file = unpacked.Spool();
        await PackageZip.WriteAsync(unpacked.FolderOf(hash), file, cancellation);
        file.Position = 0;
        await blobs.WriteAsync(All + DocumentPath.Of($"{hash}-{Guid.NewGuid():N}"), file, cancellation);
        _known[hash] = clock.GetUtcNow();
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? last = null;
        await foreach (var place in blobs.ListAsync(All, cancellation))
        {
            var name = DocumentPath.LastName(place);
            if (name.Length < HashLength || name[..HashLength] == last) continue;
            yield return last = name[..HashLength];
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string hash, Stored<PackageNote> note, CancellationToken cancellation = default)
    {
        var (places, etag) = (note.Value.Removing ?? [], note.ETag);
        if (note.Value.Removing is null)
        {
            places = [.. await blobs.ListAsync(PrefixOf(hash), cancellation).ToListAsync(cancellation)];
            if (await notes.ClaimAsync(hash, note, places, cancellation) is not { } claimed) return false;
            etag = claimed;
        }
        _known.TryRemove(hash, out _);
        foreach (var place in places) await blobs.DeleteAsync(place, cancellation);
        await notes.ForgetAsync(hash, etag, cancellation);
        return true;
    }

    private async Task<DagPackage> FetchAsync(string hash)
    {
        try
        {
            await using var archive = await OpenAsync(hash) ?? throw new UpdraftException(OperatorErrors.Package, $"package {hash} is not in the store: publish the DAG again");
            return await unpacked.AddAsync(hash, archive);
        }
        finally
        {
            lock (_lock) _fetching.Remove(hash);
        }
    }

    private async Task<Stream?> OpenAsync(string hash)
    {
        await foreach (var place in blobs.ListAsync(PrefixOf(hash)))
            if (await blobs.OpenReadAsync(place) is { } archive) return archive;
        return null;
    }

    // Archives of earlier versions of Updraft are named by the hash alone.
    private static string PrefixOf(string hash) => All + PackageFolders.Checked(hash);
}

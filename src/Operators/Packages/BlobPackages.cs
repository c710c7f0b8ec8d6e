using System.Collections.Concurrent;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Packages in a blob store, for hosts of many machines: each is one archive, and a machine that needs one unpacks it into a folder of its own, which may be lost at any
/// time. What is unpacked is what its hash says, whatever has become of the archive.
/// </summary>
/// <param name="blobs">Where the archives are.</param>
/// <param name="cache">A folder of this machine, for this process alone.</param>
public sealed class BlobPackages(IBlobStore blobs, string cache) : IPackageStore
{
    private const string All = "packages/";

    private readonly PackageFolders _unpacked = new(cache);
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _fetching = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default)
    {
        if (await _unpacked.HasAsync(hash, cancellation)) return await _unpacked.GetAsync(hash, cancellation);
        Task? fetching;
        lock (_lock)
        {
            // Tasks of one DAG begin together: they wait for one download, which who gives up does not take from the others.
            if (!_fetching.TryGetValue(hash, out fetching)) _fetching[hash] = fetching = Task.Run(() => FetchAsync(hash), CancellationToken.None);
        }
        await fetching.WaitAsync(cancellation);
        return await _unpacked.GetAsync(hash, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(string hash, CancellationToken cancellation = default)
    {
        var path = PathOf(hash);
        if (_known.ContainsKey(hash)) return true;
        if (await blobs.GetLengthAsync(path, cancellation) is null) return false;
        return _known[hash] = true;
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string hash, Stream zip, CancellationToken cancellation = default)
    {
        if (await HasAsync(hash, cancellation)) return false;
        // It is looked at before others can have it. One that was left here by an upload that was cut short is sent again.
        await _unpacked.AddAsync(hash, zip, cancellation);
        var archive = Path.Combine(cache, $"upload-{Guid.NewGuid():N}.zip");
        await using var file = new FileStream(archive, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await PackageZip.WriteAsync(_unpacked.FolderOf(hash), file, cancellation);
        file.Position = 0;
        await blobs.WriteAsync(PathOf(hash), file, cancellation);
        return _known[hash] = true;
    }

    private async Task FetchAsync(string hash)
    {
        try
        {
            await using var archive = await blobs.OpenReadAsync(PathOf(hash))
                ?? throw new UpdraftException(OperatorErrors.Package, $"package {hash} is not in the store: publish the DAG again");
            await _unpacked.AddAsync(hash, archive);
        }
        finally
        {
            lock (_lock) _fetching.Remove(hash);
        }
    }

    // The folder of a hash refuses what is none.
    private string PathOf(string hash) => All + DocumentPath.Of(Path.GetFileName(_unpacked.FolderOf(hash)));
}

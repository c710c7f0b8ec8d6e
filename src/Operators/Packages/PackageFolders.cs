using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Packages in a folder of this machine, each in a folder named by its hash. One process at a time stores and removes; others may place what they have built.</summary>
/// <param name="root">The folder.</param>
/// <param name="notes">Notes of packages that nothing refers to; null where nothing is removed.</param>
public sealed class PackageFolders(string root, PackageNotes? notes = null) : IPackageStore
{
    private const string Unfinished = "tmp-";
    private const int Deciding = 0;
    private const int Removing = 1;

    private readonly ConcurrentDictionary<string, DagPackage> _opened = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _turns = [new(1), new(1)];
    private readonly Lock _sweeping = new();
    private bool _swept;

    /// <summary>Where the package of a hash lies.</summary>
    public string FolderOf(string hash) => Path.Combine(root, Checked(hash));

    /// <inheritdoc/>
    public async Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default) =>
        _opened.TryGetValue(hash, out var opened) ? opened : _opened.GetOrAdd(hash, await DagPackage.OpenAsync(hash, FolderOf(hash), cancellation));

    /// <inheritdoc/>
    public async Task<bool> HasAsync(string hash, CancellationToken cancellation = default)
    {
        var description = Path.Combine(FolderOf(hash), DagPackage.DescriptionFile);
        if (notes is null) return File.Exists(description);
        using (await HoldAsync(Deciding, cancellation))
        {
            await notes.WithdrawAsync(hash, cancellation);
            return File.Exists(description);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string hash, Stream zip, CancellationToken cancellation = default)
    {
        if (await HasAsync(hash, cancellation)) return false;
        Sweep();
        var work = Path.Combine(root, Unfinished + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(work);
        try
        {
            return PackageZip.Place(await PackageZip.UnpackAsync(zip, hash, work, cancellation), FolderOf(hash));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Whether this may be the hash of a package.</summary>
    internal static bool IsHash(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigitLower);

    /// <summary>The hash, when it is one.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/>.</exception>
    internal static string Checked(string hash) =>
        IsHash(hash) ? hash : throw new UpdraftException(OperatorErrors.Package, $"'{hash}' is no hash of a package: 64 lower-case hexadecimal digits");

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        if (notes is null || !Directory.Exists(root)) yield break;
        Sweep();
        foreach (var folder in Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)!).Where(IsHash).ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return folder;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string hash, Stored<PackageNote> note, CancellationToken cancellation = default)
    {
        if (notes is null) throw new InvalidOperationException("nothing is removed from here");
        using var removing = await HoldAsync(Removing, cancellation);
        var left = Path.Combine(root, Unfinished + Guid.NewGuid().ToString("N"));
        using (await HoldAsync(Deciding, cancellation))
        {
            // That the note goes is the decision, and who asks for the package waits until it is gone as a whole.
            if (!await notes.ForgetAsync(hash, note.ETag, cancellation)) return false;
            Directory.Move(FolderOf(hash), left);
            _opened.TryRemove(hash, out _);
        }
        Directory.Delete(left, recursive: true);
        return true;
    }

    /// <summary>Keeps all packages until what is returned is disposed: a removal waits for that.</summary>
    public Task<IDisposable> KeepAllAsync(CancellationToken cancellation = default) => HoldAsync(Removing, cancellation);

    private async Task<IDisposable> HoldAsync(int turn, CancellationToken cancellation)
    {
        await _turns[turn].WaitAsync(cancellation);
        return new Hold(_turns[turn]);
    }

    // What a process left that was killed in the middle. One process stores packages, so nothing of these is in use when it begins.
    private void Sweep()
    {
        lock (_sweeping)
        {
            if (_swept) return;
            _swept = true;
            if (!Directory.Exists(root)) return;
            foreach (var left in Directory.EnumerateDirectories(root, Unfinished + "*")) Directory.Delete(left, recursive: true);
        }
    }

    private sealed class Hold(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}

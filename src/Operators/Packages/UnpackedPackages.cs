using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Packages that this machine has unpacked, each in a folder named by its hash. What is in use stays, and of the rest what was used last, up to a limit;
/// any of it may be lost at any time but while it is in use. Processes may share the folder: who uses a package holds a lock of the system on a file beside
/// it, which dies with the process, and who removes one must have that lock alone.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="maxBytes">How much may lie in it, in bytes, 0 or more. What is in use counts, and stays even beyond it.</param>
/// <param name="longestUse">How long who was given a package may use it; one whose code is loaded is in use for the life of the process.</param>
/// <param name="clock">The clock.</param>
public sealed class UnpackedPackages(string root, long maxBytes, TimeSpan longestUse, TimeProvider clock)
{
    private const int Tries = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Stamp = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Use> _used = new(StringComparer.Ordinal);

    /// <summary>The package of a hash, for use from now on; null when it is not unpacked here.</summary>
    /// <exception cref="UpdraftException">It is no hash.</exception>
    public async Task<DagPackage?> FindAsync(string hash, CancellationToken cancellation = default)
    {
        var folder = FolderOf(hash);
        if (Known(hash) is { } known) return known;
        if (!IsThere(folder)) return null;
        var held = await HoldAsync(hash, cancellation);
        try
        {
            // Another process may have removed it before it was held.
            if (!IsThere(folder)) return null;
            var package = await DagPackage.OpenAsync(hash, folder, cancellation);
            lock (_lock)
            {
                if (_used.TryGetValue(hash, out var other)) return other.Package;
                _used[hash] = new Use(package, held) { Last = clock.GetUtcNow() };
                held = null;
            }
            File.SetLastWriteTimeUtc(LockOf(hash), clock.GetUtcNow().UtcDateTime);
            return package;
        }
        finally
        {
            if (held is not null) await held.DisposeAsync();
        }
    }

    /// <summary>Unpacks a package, when its content is what its hash says, for use from now on. Nothing is read when it is there.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/> or <see cref="OperatorErrors.PackageSize"/>: it is refused, and nothing stays.</exception>
    public async Task<DagPackage> AddAsync(string hash, Stream zip, CancellationToken cancellation = default)
    {
        if (await FindAsync(hash, cancellation) is { } found) return found;
        Directory.CreateDirectory(root);
        DagPackage package;
        await using (await HoldAsync(hash, cancellation))
        {
            using (var work = WorkFolder.In(root)) PackageZip.Place(await PackageZip.UnpackAsync(zip, hash, work.Path, cancellation), FolderOf(hash));
            package = (await FindAsync(hash, cancellation))!;
        }
        Trim();
        return package;
    }

    /// <summary>Removes what is beyond the limit, longest unused first, and what processes left that were killed.</summary>
    public void Trim()
    {
        if (!Directory.Exists(root)) return;
        WorkFolder.Sweep(root);
        Release();
        var folders = Directory.EnumerateDirectories(root).Where(folder => PackageFolders.IsHash(Path.GetFileName(folder)))
            .Select(folder => (Hash: Path.GetFileName(folder), Used: File.GetLastWriteTimeUtc(LockOf(Path.GetFileName(folder))), Bytes: BytesOf(folder))).ToList();
        var bytes = folders.Sum(folder => folder.Bytes);
        foreach (var folder in folders.OrderBy(folder => folder.Used))
        {
            if (bytes <= maxBytes) return;
            if (TryRemove(folder.Hash)) bytes -= folder.Bytes;
        }
    }

    /// <summary>An empty file of this folder, which goes when it is closed, or with whoever is killed before.</summary>
    internal FileStream Spool() => WorkFolder.FileIn(root);

    /// <summary>Where the package of a hash lies once it is unpacked.</summary>
    internal string FolderOf(string hash) => Path.Combine(root, PackageFolders.Checked(hash));

    private DagPackage? Known(string hash)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (!_used.TryGetValue(hash, out var use)) return null;
            var isDue = now - use.Stamped >= Stamp;
            use.Last = now;
            if (!isDue) return use.Package;
            use.Stamped = now;
            // Other processes see by it what is used.
            File.SetLastWriteTimeUtc(LockOf(hash), now.UtcDateTime);
            return use.Package;
        }
    }

    /// <summary>Lets go of what nobody here can be using any more.</summary>
    private void Release()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            foreach (var (hash, use) in _used.Where(each => now - each.Value.Last > longestUse && !each.Value.Package.IsLoaded).ToList())
            {
                _used.Remove(hash);
                use.Held.Dispose();
            }
        }
    }

    private bool TryRemove(string hash)
    {
        using var work = WorkFolder.In(root);
        try
        {
            using var held = new FileStream(LockOf(hash), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            if (Directory.Exists(FolderOf(hash))) Directory.Move(FolderOf(hash), Path.Combine(work.Path, hash));
            return true;
        }
        catch (IOException)
        {
            // It is in use.
            return false;
        }
    }

    /// <summary>Says to all processes that a package is in use. Whoever removes it at that moment is done at once.</summary>
    private async Task<FileStream> HoldAsync(string hash, CancellationToken cancellation)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return new FileStream(LockOf(hash), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, 1);
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    // The file of the lock stays when the package goes: two who hold a file of the same name must hold the same file.
    private string LockOf(string hash) => Path.Combine(root, hash + ".use");

    private static bool IsThere(string folder) => File.Exists(Path.Combine(folder, DagPackage.DescriptionFile));

    private static long BytesOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            // Another process removes it.
            return 0;
        }
    }

    private sealed class Use(DagPackage package, FileStream held)
    {
        public DagPackage Package => package;

        public FileStream Held => held;

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset Stamped { get; set; }
    }
}

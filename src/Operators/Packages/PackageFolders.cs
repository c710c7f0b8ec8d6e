using System.Collections.Concurrent;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Packages in a folder of this machine, each in a folder named by its hash.</summary>
public sealed class PackageFolders(string root) : IPackageStore
{
    private const string Unfinished = "tmp-";

    private readonly ConcurrentDictionary<string, DagPackage> _opened = new(StringComparer.Ordinal);
    private int _swept;

    /// <summary>Where the package of a hash lies.</summary>
    public string FolderOf(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(root, hash)
        : throw new UpdraftException(OperatorErrors.Package, $"'{hash}' is no hash of a package: 64 lower-case hexadecimal digits");

    /// <inheritdoc/>
    public async Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default) =>
        _opened.TryGetValue(hash, out var opened) ? opened : _opened.GetOrAdd(hash, await DagPackage.OpenAsync(hash, FolderOf(hash), cancellation));

    /// <inheritdoc/>
    public Task<bool> HasAsync(string hash, CancellationToken cancellation = default) => Task.FromResult(File.Exists(Path.Combine(FolderOf(hash), DagPackage.DescriptionFile)));

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string hash, Stream zip, CancellationToken cancellation = default)
    {
        if (await HasAsync(hash, cancellation)) return false;
        Sweep();
        var work = Path.Combine(root, Unfinished + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(work);
        try
        {
            var package = await PackageZip.ExtractAsync(zip, work, cancellation);
            if (await package.HashAsync("", cancellation) is var actual && actual != hash)
                throw new UpdraftException(OperatorErrors.Package, $"the package that was sent as {hash} is {actual}: send what was built, unchanged");
            var opened = await DagPackage.OpenAsync(hash, package.Folder, cancellation);
            if (opened.Description.Assembly is { } assembly && !package.Files.Any(file => file.Path == $"{DagPackage.BinFolder}/{assembly}"))
                throw new UpdraftException(OperatorErrors.Package, $"package {hash} lacks the assembly that it names: build it again");
            return Place(package.Folder, FolderOf(hash));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static bool Place(string package, string place)
    {
        try
        {
            Directory.Move(package, place);
            return true;
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // The same package came twice at once, and the other was first.
            return false;
        }
    }

    // What a process left that was killed in the middle. One process stores packages, so nothing of these is in use when it begins.
    private void Sweep()
    {
        if (Interlocked.Exchange(ref _swept, 1) == 1 || !Directory.Exists(root)) return;
        foreach (var left in Directory.EnumerateDirectories(root, Unfinished + "*")) Directory.Delete(left, recursive: true);
    }
}

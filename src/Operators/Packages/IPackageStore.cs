using System.Collections.Concurrent;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Finds the packages that DAGs are pinned to.</summary>
public interface IPackageStore
{
    /// <summary>The package of a hash, unpacked on this machine. The same hash gives the same object, so that its code is loaded once.</summary>
    /// <exception cref="UpdraftException">There is none.</exception>
    Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default);
}

/// <summary>Packages in a folder of this machine, each in a folder named by its hash.</summary>
public sealed class PackageFolders(string root) : IPackageStore
{
    private readonly ConcurrentDictionary<string, DagPackage> _opened = new(StringComparer.Ordinal);

    /// <summary>Where the package of a hash lies.</summary>
    public string FolderOf(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(root, hash)
        : throw new UpdraftException(OperatorErrors.Package, $"'{hash}' is no hash of a package: 64 lower-case hexadecimal digits");

    /// <inheritdoc/>
    public async Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default) =>
        _opened.TryGetValue(hash, out var opened) ? opened : _opened.GetOrAdd(hash, await DagPackage.OpenAsync(hash, FolderOf(hash), cancellation));
}

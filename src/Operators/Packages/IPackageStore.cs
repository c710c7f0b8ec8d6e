using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Finds the packages that DAGs are pinned to.</summary>
public interface IPackageStore : IStoredPackages
{
    /// <summary>The package of a hash, unpacked on this machine. The same hash gives the same object, so that its code is loaded once.</summary>
    /// <exception cref="UpdraftException">There is none.</exception>
    Task<DagPackage> GetAsync(string hash, CancellationToken cancellation = default);

    /// <summary>
    /// Whether there is a package of a hash. Whoever is about to refer to one asks: a package that is said to be there stays for a day at least, also
    /// when nothing refers to it.
    /// </summary>
    /// <exception cref="UpdraftException">It is no hash.</exception>
    Task<bool> HasAsync(string hash, CancellationToken cancellation = default);

    /// <summary>
    /// Stores a package that comes as a zip archive, when its content is what its hash says. False, and nothing is read, when it is there. It stays for a
    /// day at least.
    /// </summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="zip">The archive, as <see cref="PackageZip"/> writes it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/> or <see cref="OperatorErrors.PackageSize"/>: it is refused, and nothing is stored.</exception>
    Task<bool> AddAsync(string hash, Stream zip, CancellationToken cancellation = default);
}

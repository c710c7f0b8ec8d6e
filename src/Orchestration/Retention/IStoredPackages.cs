namespace Updraft.Orchestration;

/// <summary>Packages of DAGs, as retention sees them.</summary>
public interface IStoredPackages
{
    /// <summary>Hashes of the packages that are there, each once.</summary>
    IAsyncEnumerable<string> ListAsync(CancellationToken cancellation = default);

    /// <summary>Removes a package if its note is still the same, or goes on with a removal that was cut short. False, and it stays, when the note was taken away.</summary>
    /// <param name="hash">The package.</param>
    /// <param name="note">Its note.</param>
    /// <param name="cancellation">Gives up; a later call goes on.</param>
    Task<bool> RemoveAsync(string hash, Stored<PackageNote> note, CancellationToken cancellation = default);
}

using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>
/// Notes of packages that nothing refers to. Retention writes one, and removes the package some days later if the note is still the same; whoever is about
/// to refer to the package takes the note away first. Of the two, one comes first, since a note is one document: a package that was found there without
/// a note, or whose note was taken away, stays for as long as an unused one is kept.
/// </summary>
public sealed class PackageNotes(IStateStore store, TimeProvider clock)
{
    private const string All = "packages/";

    /// <summary>Takes a package's note away. To be called before looking whether the package is there.</summary>
    /// <returns>Places of it that are being removed nevertheless; empty for none.</returns>
    public async Task<ImmutableArray<string>> WithdrawAsync(string hash, CancellationToken cancellation = default)
    {
        while (await GetAsync(hash, cancellation) is { } note)
        {
            if (note.Value.Removing is { } places) return places;
            if (await ForgetAsync(hash, note.ETag, cancellation)) break;
        }
        return [];
    }

    /// <summary>Removes a note if it is still the same; false when not.</summary>
    public Task<bool> ForgetAsync(string hash, string etag, CancellationToken cancellation = default) => store.DeleteAsync(PathOf(hash), etag, cancellation);

    /// <summary>Decides that these places of a package are removed, if its note is still the same: nothing can take it away from then on.</summary>
    /// <returns>The note's etag; null when it is another.</returns>
    public Task<string?> ClaimAsync(string hash, Stored<PackageNote> note, ImmutableArray<string> places, CancellationToken cancellation = default) =>
        store.PutAsync(PathOf(hash), note.Value with { Removing = places }, WriteCondition.IfMatch(note.ETag), cancellation: cancellation);

    /// <summary>The note of a package; null when there is none.</summary>
    internal Task<Stored<PackageNote>?> GetAsync(string hash, CancellationToken cancellation) => store.GetAsync<PackageNote>(PathOf(hash), cancellation);

    /// <summary>Notes that nothing refers to a package.</summary>
    internal Task AddAsync(string hash, CancellationToken cancellation) => store.PutAsync(PathOf(hash), new PackageNote(clock.GetUtcNow()), WriteCondition.IfAbsent, cancellation: cancellation);

    /// <summary>Hashes of the packages that have a note.</summary>
    internal IAsyncEnumerable<string> ListAsync(CancellationToken cancellation) => store.ListAsync(All, null, cancellation).Select(listed => DocumentPath.LastName(listed.Path));

    private static string PathOf(string hash) => All + DocumentPath.Of(hash);
}

/// <summary>That nothing refers to a package.</summary>
/// <param name="Since">When that was found.</param>
public sealed record PackageNote(DateTimeOffset Since)
{
    /// <summary>Where that lies which is being removed; null while nothing is.</summary>
    public ImmutableArray<string>? Removing { get; init; }
}

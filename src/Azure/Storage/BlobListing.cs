using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;

namespace Updraft.Azure;

/// <summary>Blobs in byte order of their paths, a page of 5,000 at a time.</summary>
internal sealed class BlobListing(BlobNames names, StorageFailures failures)
{
    /// <summary>Lists what lies under a prefix.</summary>
    /// <param name="prefix">What paths begin with.</param>
    /// <param name="after">Only paths behind this one; null for all. The service begins at the first all the same: a listing costs a request per 5,000 before it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<(string Path, BlobItem Blob)> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // A page is asked for with metadata, which has the paths that are longer than a name.
        var pages = names.Container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, names.OfPrefix(prefix), cancellation).GetAsyncEnumerator(cancellation);
        await using var opened = pages;
        var (stem, unsorted) = ((string?)null, new List<(string Path, BlobItem Blob)>());
        while (await failures.GuardAsync(() => pages.MoveNextAsync().AsTask(), cancellation))
        {
            var blob = pages.Current;
            if (unsorted.Count > 0 && names.StemOf(blob) != stem)
            {
                foreach (var one in Sorted(unsorted)) yield return one;
                unsorted.Clear();
            }
            if (names.PathOf(blob) is not { } path || !path.StartsWith(prefix, StringComparison.Ordinal) || (after is not null && string.CompareOrdinal(path, after) <= 0)) continue;
            if ((stem = names.StemOf(blob)) is null) yield return (path, blob);
            else unsorted.Add((path, blob));
        }
        foreach (var one in Sorted(unsorted)) yield return one;
    }

    private static IEnumerable<(string Path, BlobItem Blob)> Sorted(List<(string Path, BlobItem Blob)> unsorted) => unsorted.OrderBy(one => one.Path, StringComparer.Ordinal);
}

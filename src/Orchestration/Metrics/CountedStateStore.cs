using System.Runtime.CompilerServices;

namespace Updraft.Orchestration;

/// <summary>Documents of a store, with every operation counted.</summary>
/// <param name="store">The store.</param>
public sealed class CountedStateStore(IStateStore store) : IStateStore
{
    // As many entries as a page of a listing has in a storage account.
    private const int Page = 5_000;

    /// <inheritdoc/>
    public Task<Document?> GetAsync(string path, CancellationToken cancellation = default)
    {
        StorageMetrics.OnDocuments("read");
        return store.GetAsync(path, cancellation);
    }

    /// <inheritdoc/>
    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default)
    {
        StorageMetrics.OnDocuments("write");
        return store.PutAsync(path, write, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default)
    {
        StorageMetrics.OnDocuments("delete");
        return store.DeleteAsync(path, etag, cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var listed = 0;
        StorageMetrics.OnDocuments("list");
        await foreach (var entry in store.ListAsync(prefix, after, cancellation))
        {
            if (++listed % Page == 0) StorageMetrics.OnDocuments("list");
            yield return entry;
        }
    }
}

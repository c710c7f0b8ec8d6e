namespace Updraft.Orchestration;

/// <summary>Blobs of a store, with every operation counted.</summary>
/// <param name="store">The store.</param>
/// <param name="logs">Told of appends; null for nobody.</param>
public sealed class CountedBlobStore(IBlobStore store, LogNotices? logs = null) : IBlobStore
{
    /// <inheritdoc/>
    public async Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("write");
        var length = await store.AppendAsync(path, expectedOffset, bytes, cancellation);
        logs?.Appended(path);
        return length;
    }

    /// <inheritdoc/>
    public Task WriteAsync(string path, Stream content, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("write");
        return store.WriteAsync(path, content, cancellation);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("read");
        return store.OpenReadAsync(path, offset, cancellation);
    }

    /// <inheritdoc/>
    public Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("read");
        return store.GetLengthAsync(path, cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("list");
        return store.ListAsync(prefix, cancellation);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string prefix, CancellationToken cancellation = default)
    {
        StorageMetrics.OnBlobs("delete");
        return store.DeleteAsync(prefix, cancellation);
    }
}

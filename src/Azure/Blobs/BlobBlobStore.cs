using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>Blobs of a container: logs are append blobs, all else are block blobs whose blocks are staged and then made the blob at once.</summary>
internal sealed class BlobBlobStore(BlobNames names, StorageFailures failures) : IBlobStore
{
    // The service's own limit for one append.
    private const int MostAppended = 4 << 20;
    private const int DeletedAtOnce = 16;

    private readonly BlobListing _listing = new(names, failures);

    /// <inheritdoc/>
    public async Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        var blob = names.Container.GetAppendBlobClient(names.Of(path));
        if (expectedOffset == 0) await failures.GuardAsync(() => EnsureAsync(blob, path, cancellation), cancellation);
        if (bytes.IsEmpty) return await GetLengthAsync(path, cancellation) == expectedOffset ? expectedOffset : null;
        for (var offset = expectedOffset; ; offset += MostAppended)
        {
            var piece = bytes[..Math.Min(bytes.Length, MostAppended)];
            if (!await failures.GuardAsync(() => AppendAsync(blob, path, offset, piece, cancellation), cancellation)) return null;
            bytes = bytes[piece.Length..];
            if (bytes.IsEmpty) return offset + piece.Length;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string path, Stream content, CancellationToken cancellation = default)
    {
        var write = new BlobWrite(names.Container.GetBlockBlobClient(names.Of(path)), BlobNames.IsLong(path) ? new Dictionary<string, string> { [BlobNames.PathKey] = path } : null, failures);
        await write.RunAsync(content, cancellation);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default) =>
        BlobReadStream.OpenAsync(names.Container.GetBlobBaseClient(names.Of(path)), offset, failures, cancellation);

    /// <inheritdoc/>
    public async Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default)
    {
        var blob = names.Container.GetBlobBaseClient(names.Of(path));
        return await failures.GuardAsync<long?>(async () =>
        {
            try
            {
                return (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value.ContentLength;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        }, cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, _) in _listing.ListAsync(prefix, null, cancellation)) yield return path;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string prefix, CancellationToken cancellation = default) => Parallel.ForEachAsync(
        _listing.ListAsync(prefix, null, cancellation),
        new ParallelOptions { MaxDegreeOfParallelism = DeletedAtOnce, CancellationToken = cancellation },
        async (found, stop) => await failures.GuardAsync(() => names.Container.GetBlobBaseClient(found.Blob.Name).DeleteIfExistsAsync(cancellationToken: stop), stop));

    private static async Task<bool> EnsureAsync(AppendBlobClient blob, string path, CancellationToken cancellation)
    {
        try
        {
            var options = new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } };
            if (BlobNames.IsLong(path)) options.Metadata = new Dictionary<string, string> { [BlobNames.PathKey] = path };
            await blob.CreateAsync(options, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            return false;
        }
    }

    /// <summary>
    /// Appends if the length is still the one given. Where it is not, what stands at that place tells whether this was done before and the answer
    /// was lost: to the client, which then sends it again, or to whoever asks once more after a failure.
    /// </summary>
    private static async Task<bool> AppendAsync(AppendBlobClient blob, string path, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = offset } };
            await blob.AppendBlockAsync(ContentStream.Of(bytes), options, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return await StandsAtAsync(blob, offset, bytes, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
        {
            throw new UpdraftException(AzureErrors.LogFull, $"the log '{path}' has had 50,000 appends, and takes no more", e);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            throw new ArgumentException($"'{path}' was written as a whole, and is no log to append to", nameof(path), e);
        }
    }

    private static async Task<bool> StandsAtAsync(AppendBlobClient blob, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult found = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(offset, bytes.Length) }, cancellation);
            return found.Content.ToMemory().Span.SequenceEqual(bytes.Span);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return false;
        }
    }
}

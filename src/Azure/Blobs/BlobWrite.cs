using System.Buffers;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Updraft.Azure;

/// <summary>One write of a whole blob: its blocks are staged as they are read, and made the blob in one step.</summary>
internal sealed class BlobWrite(BlockBlobClient blob, IDictionary<string, string>? metadata, StorageFailures failures)
{
    private const int BlockSize = 4 << 20;

    public async Task RunAsync(Stream content, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var blocks = new List<string>();
            while (await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockSize), BlockSize, throwOnEndOfStream: false, cancellation) is var read and > 0)
            {
                var block = BlockIds.New();
                if (!await failures.GuardAsync(() => StageAsync(block, buffer.AsMemory(0, read), cancellation), cancellation))
                {
                    await ReplaceLogAsync(buffer.AsMemory(0, read), content, cancellation);
                    return;
                }
                blocks.Add(block);
            }
            if (!await failures.GuardAsync(() => CommitAsync(blocks, cancellation), cancellation)) await ReplaceLogAsync(default, content, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False when what is there is a log, which the service does not let be replaced.</summary>
    private async Task<bool> StageAsync(string block, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await blob.StageBlockAsync(block, ContentStream.Of(bytes), cancellationToken: cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            return false;
        }
    }

    private async Task<bool> CommitAsync(List<string> blocks, CancellationToken cancellation)
    {
        try
        {
            await blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { Metadata = metadata }, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Another write or deletion of this blob came meanwhile and dropped the blocks: all is as if this write had been just before it.
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            return false;
        }
    }

    /// <summary>Only when all that is to be written is at hand, on the disk, is the log removed.</summary>
    private async Task ReplaceLogAsync(ReadOnlyMemory<byte> begun, Stream content, CancellationToken cancellation)
    {
        await using var whole = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        await whole.WriteAsync(begun, cancellation);
        await content.CopyToAsync(whole, cancellation);
        whole.Position = 0;
        await failures.GuardAsync(() => blob.DeleteIfExistsAsync(cancellationToken: cancellation), cancellation);
        await RunAsync(whole, cancellation);
    }
}

using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Updraft.Dags;

namespace Updraft.Azure;

/// <summary>
/// Reads a blob as it comes, and goes on where it was when a connection breaks. A log may grow meanwhile; any other blob is the one that was
/// there at first, or reading fails.
/// </summary>
internal sealed class BlobReadStream : Stream
{
    private const int MostBreaks = 5;

    private readonly BlobBaseClient _blob;
    private readonly StorageFailures _failures;
    private readonly ETag? _whole;
    private readonly long _length;
    private Stream? _content;
    private long _position;
    private int _breaks;

    private BlobReadStream(BlobBaseClient blob, StorageFailures failures, ETag? whole, long position, long length, Stream content) =>
        (_blob, _failures, _whole, _position, _length, _content) = (blob, failures, whole, position, length, content);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens a blob at an offset; null when there is none.</summary>
    public static Task<Stream?> OpenAsync(BlobBaseClient blob, long offset, StorageFailures failures, CancellationToken cancellation) => failures.GuardAsync<Stream?>(async () =>
    {
        try
        {
            BlobDownloadStreamingResult found = await blob.DownloadStreamingAsync(new BlobDownloadOptions { Range = new HttpRange(offset) }, cancellation);
            return new BlobReadStream(blob, failures, found.Details.BlobType == BlobType.Append ? null : found.Details.ETag, offset, offset + found.Details.ContentLength, found.Content);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return Null;
        }
    }, cancellation);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < _length && !buffer.IsEmpty)
        {
            try
            {
                _content ??= await ReopenAsync(cancellationToken);
                var read = await _content.ReadAsync(buffer, cancellationToken);
                _position += read;
                if (read > 0) return read;
                throw new IOException("the answer ended before its end");
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && _failures.Of(e) is { } failure)
            {
                if (_content is not null) await _content.DisposeAsync();
                _content = null;
                if (IsReplaced(e)) throw new UpdraftException(AzureErrors.Replaced, "what is read was replaced meanwhile; read it again", e);
                if (!IsPassing(e, failure) || ++_breaks > MostBreaks) throw failure;
            }
        }
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<Stream> ReopenAsync(CancellationToken cancellation)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(_position, _length - _position), Conditions = _whole is { } etag ? new BlobRequestConditions { IfMatch = etag } : null };
        return (await _blob.DownloadStreamingAsync(options, cancellation)).Value.Content;
    }

    private bool IsReplaced(Exception e) => _whole is not null && e is RequestFailedException { Status: 412 };

    // The client goes on by itself too, and insists on the log as it was at first.
    private static bool IsPassing(Exception e, UpdraftException failure) => failure.Code is AzureErrors.Unreachable or AzureErrors.Busy || e is RequestFailedException { Status: 412 };
}

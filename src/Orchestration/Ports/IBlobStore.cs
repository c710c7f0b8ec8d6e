namespace Updraft.Orchestration;

/// <summary>Streams of bytes by path: logs, outputs, packages. What a call has returned for is durable.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Appends to a log if its length is still <paramref name="expectedOffset"/>, and returns the length behind these bytes; null when the length differs. Where
    /// it differs and the same bytes stand there, they were appended before and the answer was lost: that is a success.
    /// </summary>
    Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default);

    /// <summary>Writes a whole blob, in place of what may be there: all of it or nothing.</summary>
    Task WriteAsync(string path, Stream content, CancellationToken cancellation = default);

    /// <summary>Opens a blob for reading from an offset; null when there is none. Reads what was there at the call, perhaps more.</summary>
    Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default);

    /// <summary>Length in bytes; null when there is no such blob.</summary>
    Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default);

    /// <summary>Paths that begin with a prefix, in byte order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellation = default);

    /// <summary>Deletes every blob whose path begins with a prefix.</summary>
    Task DeleteAsync(string prefix, CancellationToken cancellation = default);
}

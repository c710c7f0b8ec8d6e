namespace Updraft.Orchestration;

/// <summary>
/// Small JSON documents by path. One document is atomic, and code relies on nothing more. Paths are segments closed by <c>/</c>
/// (<see cref="DocumentPath"/>), compared by byte.
/// </summary>
public interface IStateStore
{
    /// <summary>The document at a path; null when there is none.</summary>
    Task<Document?> GetAsync(string path, CancellationToken cancellation = default);

    /// <summary>
    /// Writes a document if <see cref="DocumentWrite.If"/> holds, and returns its new etag; null when it does not hold. What is returned
    /// is durable. A write whose answer was lost is recognised by its <see cref="DocumentWrite.WriteId"/> and answered as a success.
    /// </summary>
    Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default);

    /// <summary>Deletes a document if its etag is still the one given (null: whatever it is). Returns false when there was nothing to delete, or it had changed.</summary>
    Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default);

    /// <summary>
    /// Documents whose path begins with a prefix, in byte order of path, after <paramref name="after"/> (null: from the first). No snapshot:
    /// what exists throughout comes once, what comes or goes meanwhile may be missed.
    /// </summary>
    IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, CancellationToken cancellation = default);
}

/// <summary>A stored document.</summary>
/// <param name="Content">Its JSON.</param>
/// <param name="ETag">Changes with every write.</param>
public sealed record Document(ReadOnlyMemory<byte> Content, string ETag);

/// <summary>A line of a listing.</summary>
/// <param name="Path">The document's path.</param>
/// <param name="ETag">Its etag.</param>
/// <param name="Summary">The summary it was written with; null for none.</param>
public sealed record DocumentEntry(string Path, string ETag, string? Summary);

/// <summary>A write of one document.</summary>
public sealed record DocumentWrite
{
    /// <summary>Largest summary, in bytes of UTF-8.</summary>
    public const int MaxSummary = 1024;

    /// <summary>The JSON to store.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>What must be true of the path beforehand. Default: nothing.</summary>
    public WriteCondition If { get; init; } = WriteCondition.None;

    /// <summary>Up to 1 KB that a listing returns; null for none.</summary>
    public string? Summary { get; init; }

    /// <summary>Names this write, so that a repetition of it is recognised; null when the caller never repeats it.</summary>
    public string? WriteId { get; init; }
}

/// <summary>What must be true of a path before a write.</summary>
/// <param name="Absent">No document is there.</param>
/// <param name="ETag">The document there has this etag; null for any.</param>
public readonly record struct WriteCondition(bool Absent, string? ETag)
{
    /// <summary>Nothing need be true.</summary>
    public static readonly WriteCondition None;

    /// <summary>No document may be there.</summary>
    public static readonly WriteCondition IfAbsent = new(true, null);

    /// <summary>The document there must have this etag.</summary>
    public static WriteCondition IfMatch(string etag) => new(false, etag);
}

using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What a process asks of the owner of a data folder: one JSON line.</summary>
/// <param name="Op">One of <c>get</c>, <c>list</c>, <c>blob</c>, <c>length</c> and <c>blobs</c>.</param>
/// <param name="Path">A path, or the prefix of a listing.</param>
/// <param name="After">Where a listing of documents goes on; null for its beginning.</param>
/// <param name="Offset">Where a blob is read from.</param>
internal sealed record OwnerRequest(string Op, string Path, string? After = null, long Offset = 0);

/// <summary>What the owner answers: one JSON line, or in a listing many, the last of which says so.</summary>
internal sealed record OwnerAnswer
{
    /// <summary>Whether nothing follows.</summary>
    public bool Last { get; init; } = true;

    /// <summary>A document's content, or bytes of a blob; null when there is none.</summary>
    public byte[]? Bytes { get; init; }

    public string? ETag { get; init; }

    public long? Length { get; init; }

    public DocumentEntry? Entry { get; init; }

    /// <summary>A path in a listing of blobs.</summary>
    public string? Path { get; init; }

    /// <summary>Why there is no answer, with its code.</summary>
    public string? Error { get; init; }

    public string? Code { get; init; }
}

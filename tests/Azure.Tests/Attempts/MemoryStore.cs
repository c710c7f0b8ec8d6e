using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>Documents in memory, which answer at once, or not at all while the store is away.</summary>
internal sealed class MemoryStore : IStateStore
{
    private readonly Dictionary<string, (DocumentWrite Write, string ETag)> _documents = new(StringComparer.Ordinal);
    private int _etags;

    /// <summary>Whether every call fails.</summary>
    public bool IsAway { get; set; }

    public int Count => _documents.Count;

    public int Writes => _etags;

    public Task<Document?> GetAsync(string path, CancellationToken cancellation = default)
    {
        Answer();
        return Task.FromResult(_documents.TryGetValue(path, out var found) ? new Document(found.Write.Content, found.ETag) : null);
    }

    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default)
    {
        Answer();
        var there = _documents.TryGetValue(path, out var found);
        if ((write.If.Absent && there) || (write.If.ETag is { } etag && (!there || found.ETag != etag))) return Task.FromResult<string?>(null);
        var next = (++_etags).ToString(CultureInfo.InvariantCulture);
        _documents[path] = (write, next);
        return Task.FromResult<string?>(next);
    }

    public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default)
    {
        Answer();
        var holds = _documents.TryGetValue(path, out var found) && (etag is null || found.ETag == etag);
        return Task.FromResult(holds && _documents.Remove(path));
    }

    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Answer();
        await Task.CompletedTask;
        foreach (var (path, document) in _documents.OrderBy(each => each.Key, StringComparer.Ordinal).ToList())
            if (path.StartsWith(prefix, StringComparison.Ordinal)) yield return new(path, document.ETag, document.Write.Summary);
    }

    private void Answer()
    {
        if (IsAway) throw new IOException("the store is away");
    }
}

namespace Updraft.Operators;

/// <summary>What was found of one condition, page by page. Times are the service's own.</summary>
internal sealed class BlobCount(BlobWaitFields fields)
{
    private readonly string _prefix = fields.Path ?? fields.Prefix!;
    private int _count;
    private long _bytes;
    private DateTimeOffset? _newest;
    private DateTimeOffset _now;

    public bool IsOfPath => fields.Path is not null;

    /// <summary>Whether further pages change nothing.</summary>
    public bool IsDecided => fields.OlderThan is { } age ? _now - _newest < age : _count >= fields.MinCount;

    /// <summary>What the wait is told.</summary>
    public PokeResult Result =>
        _count >= fields.MinCount && (fields.OlderThan is not { } age || _now - _newest >= age)
            ? PokeResult.Met(new { count = _count, bytes = _bytes, newest = Instants.Format(_newest!.Value) })
            : PokeResult.NotYet();

    public void Add(BlobPage page)
    {
        _now = page.Now;
        foreach (var blob in page.Blobs)
        {
            if (!(IsOfPath ? blob.Name == _prefix : blob.Name.StartsWith(_prefix, StringComparison.Ordinal)) || blob.Bytes < fields.MinBytes) continue;
            _count++;
            _bytes += blob.Bytes;
            if (_newest is null || blob.WrittenAt > _newest) _newest = blob.WrittenAt;
        }
    }
}

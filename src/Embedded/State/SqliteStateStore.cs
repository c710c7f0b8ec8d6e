using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Documents in the database of a data folder. Without a writer it only reads.</summary>
internal sealed class SqliteStateStore : IStateStore
{
    private const int PageSize = 500;

    private readonly Database _database;
    private readonly Writer? _writer;
    private long _etag;

    public SqliteStateStore(Database database, Writer? writer)
    {
        (_database, _writer) = (database, writer);
        // No etag comes twice, also when the newest document was deleted before a restart.
        _etag = database.Epoch << 40;
    }

    /// <inheritdoc/>
    public Task<Document?> GetAsync(string path, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(_database.Read(db =>
        {
            using var query = db.Query("SELECT content, etag FROM documents WHERE path = ?").Bind(1, Key(path));
            return query.Step() ? new Document(query.Bytes(0), Tag(query.Long(1))) : null;
        }));
    }

    /// <inheritdoc/>
    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (write.Summary is not null && Encoding.UTF8.GetByteCount(write.Summary) > DocumentWrite.MaxSummary)
            throw new ArgumentException($"the summary of '{path}' is over {DocumentWrite.MaxSummary} bytes", nameof(write));
        var key = Key(path);
        return Writer.WriteAsync(path, db => Put(db, key, write));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var key = Key(path);
        return Writer.WriteAsync(path, db =>
        {
            if (etag is null) db.Query("DELETE FROM documents WHERE path = ?").Bind(1, key).Run();
            else db.Query("DELETE FROM documents WHERE path = ? AND etag = ?").Bind(1, key).Bind(2, Number(etag)).Run();
            return db.Changes > 0;
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var (from, end) = (Encoding.UTF8.GetBytes(prefix), EndOf(prefix));
        if (after is not null && Following(after) is var next && next.AsSpan().SequenceCompareTo(from) > 0) from = next;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = _database.Read(db => Page(db, from, end));
            foreach (var entry in page) yield return entry;
            if (page.Count < PageSize) yield break;
            from = Following(page[^1].Path);
            await Task.CompletedTask;
        }
    }

    private Writer Writer => _writer ?? throw new UpdraftException(EngineErrors.Stopped, "this host only reads the data folder; open it as its owner to write");

    private string? Put(SqliteDb db, byte[] key, DocumentWrite write)
    {
        long? found = null;
        string? writeId = null;
        using (var query = db.Query("SELECT etag, write_id FROM documents WHERE path = ?").Bind(1, key))
        {
            if (query.Step()) (found, writeId) = (query.Long(0), query.TextOrNull(1));
        }
        if (found is { } written && write.WriteId is not null && write.WriteId == writeId) return Tag(written);
        if (write.If.Absent && found is not null) return null;
        if (write.If.ETag is { } expected && found != Number(expected)) return null;
        var etag = ++_etag;
        db.Query("INSERT OR REPLACE INTO documents (path, content, etag, summary, write_id) VALUES (?,?,?,?,?)")
            .Bind(1, key).Bind(2, write.Content.Span).Bind(3, etag).Bind(4, write.Summary).Bind(5, write.WriteId).Run();
        return Tag(etag);
    }

    private static List<DocumentEntry> Page(SqliteDb db, byte[] from, byte[] end)
    {
        // One bound below: of two the database would search by the first, and walk from there to the other.
        using var query = db.Query("SELECT path, etag, summary FROM documents WHERE path >= ? AND path < ? ORDER BY path LIMIT ?")
            .Bind(1, from).Bind(2, end).Bind(3, PageSize);
        var page = new List<DocumentEntry>();
        while (query.Step()) page.Add(new(Encoding.UTF8.GetString(query.Bytes(0)), Tag(query.Long(1)), query.TextOrNull(2)));
        return page;
    }

    /// <summary>The least that is greater than a path.</summary>
    private static byte[] Following(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    /// <summary>No UTF-8 has this byte: all paths with the prefix lie before it.</summary>
    private static byte[] EndOf(string prefix) => [.. Encoding.UTF8.GetBytes(prefix), 0xff];

    private static byte[] Key(string path)
    {
        if (path.Length < 2 || path[^1] != '/' || path[0] == '/') throw new ArgumentException($"'{path}' is no document path: names closed by '/'", nameof(path));
        return Encoding.UTF8.GetBytes(path);
    }

    private static string Tag(long etag) => etag.ToString("x", CultureInfo.InvariantCulture);

    private static long Number(string etag) => long.TryParse(etag, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : -1;
}

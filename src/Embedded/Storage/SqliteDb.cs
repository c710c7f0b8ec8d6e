using SQLitePCL;

namespace Updraft.Embedded;

/// <summary>A connection to the database, with its prepared statements. For one thread at a time.</summary>
internal sealed class SqliteDb : IDisposable
{
    private readonly sqlite3 _db;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    static SqliteDb() => Batteries_V2.Init();

    private SqliteDb(sqlite3 db) => _db = db;

    public static string Version => raw.sqlite3_libversion().utf8_to_string();

    public static SqliteDb Open(string file)
    {
        var code = raw.sqlite3_open_v2(file, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, SqliteVfs.Name);
        var db = new SqliteDb(handle);
        try
        {
            db.Check(code);
            db.Execute("PRAGMA busy_timeout=5000");
            // Only the writer checkpoints, when it wants to: never the connection that happens to close last.
            raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>A statement, prepared once. Dispose it to reset it.</summary>
    public Statement Query(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        Check(raw.sqlite3_prepare_v3(_db, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        return _statements[sql] = new(this, handle);
    }

    public void Execute(string sql)
    {
        using var statement = Query(sql);
        while (statement.Step())
        {
        }
    }

    public long ReadLong(string sql)
    {
        using var statement = Query(sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_db);

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    /// <summary>Pages written since the last call.</summary>
    public int TakePagesWritten()
    {
        const int cacheWrite = 9; // SQLITE_DBSTATUS_CACHE_WRITE
        raw.sqlite3_db_status(_db, cacheWrite, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Moves what readers allow from the log into the database.</summary>
    public void Checkpoint() => Check(raw.sqlite3_wal_checkpoint_v2(_db, null, raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _));

    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE) return;
        throw new SqliteFailure(code, raw.sqlite3_extended_errcode(_db), raw.sqlite3_errmsg(_db).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Close();
        raw.sqlite3_close_v2(_db);
        _db.Dispose();
    }
}

/// <summary>SQLite refused.</summary>
internal sealed class SqliteFailure(int code, int extended, string message) : Exception($"SQLite {extended}: {message}")
{
    public int Code { get; } = code & 0xff;
}

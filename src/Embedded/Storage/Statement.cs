using SQLitePCL;

namespace Updraft.Embedded;

/// <summary>A prepared statement; disposing it makes it ready for its next use.</summary>
internal sealed class Statement(SqliteDb db, sqlite3_stmt handle) : IDisposable
{
    public Statement Bind(int index, long value)
    {
        db.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } some ? Bind(index, some) : Null(index);

    public Statement Bind(int index, string? value)
    {
        if (value is null) return Null(index);
        db.Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span would be bound as null.
        db.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public Statement Bind(int index, byte[]? value) => value is null ? Null(index) : Bind(index, value.AsSpan());

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        db.Check(code);
        return code == raw.SQLITE_ROW;
    }

    public void Run()
    {
        Step();
        Dispose();
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    public void Dispose()
    {
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    public void Close() => raw.sqlite3_finalize(handle);

    private Statement Null(int index)
    {
        db.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }
}

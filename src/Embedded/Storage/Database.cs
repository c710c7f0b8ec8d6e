using System.Collections.Concurrent;

namespace Updraft.Embedded;

/// <summary>The database file: one connection that writes and checkpoints, and others that read.</summary>
internal sealed class Database : IDisposable
{
    public const string FileName = "updraft.db";

    private readonly string _file;
    private readonly string _folder;
    private readonly bool _relaxed;
    private readonly ReaderWriterLockSlim _open = new();
    private readonly ConcurrentBag<SqliteDb> _readers = [];
    private SqliteDb? _writer;
    private bool _disposed;

    private Database(string folder, bool relaxed) => (_folder, _file, _relaxed) = (folder, Path.Combine(folder, FileName), relaxed);

    /// <summary>Counts the times the file was opened for writing: what is numbered within it never comes twice.</summary>
    public long Epoch { get; private set; }

    /// <summary>The connection of the writer's thread.</summary>
    public SqliteDb Writer => _writer ?? throw new ObjectDisposedException(nameof(Database));

    /// <summary>Opens the file for its owner, and makes it when absent.</summary>
    public static Database Open(string folder, bool relaxed)
    {
        var database = new Database(folder, relaxed);
        try
        {
            if (!File.Exists(database._file)) PrivateFiles.Create(database._file);
            database.OpenWriter();
            Schema.Prepare(database.Writer, folder);
            database.Writer.Execute("INSERT INTO opened SELECT COALESCE(MAX(epoch), 0) + 1 FROM opened");
            database.Writer.Execute("DELETE FROM opened WHERE epoch < (SELECT MAX(epoch) FROM opened)");
            database.Epoch = database.Writer.ReadLong("SELECT epoch FROM opened");
            return database;
        }
        catch (Exception exception)
        {
            database.Dispose();
            throw StorageFailures.Of(exception, folder) ?? exception;
        }
    }

    /// <summary>Opens the file to read beside its owner; null when there is none.</summary>
    public static Database? OpenToRead(string folder)
    {
        var database = new Database(folder, relaxed: false);
        return File.Exists(database._file) ? database : null;
    }

    /// <summary>Reads what is committed.</summary>
    public T Read<T>(Func<SqliteDb, T> read)
    {
        _open.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_readers.TryTake(out var reader))
            {
                reader = SqliteDb.Open(_file);
                reader.Execute("PRAGMA query_only=1");
                Schema.FormatOf(reader, _folder);
            }
            var result = read(reader);
            _readers.Add(reader);
            return result;
        }
        catch (SqliteFailure failure)
        {
            throw StorageFailures.Of(failure, _folder)!;
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    /// <summary>
    /// After a write that may or may not have reached the disk: closes every connection, writes the log once more, because the system may
    /// hold its unwritten pages for clean, and takes from it what is whole.
    /// </summary>
    public void Recover()
    {
        _open.EnterWriteLock();
        try
        {
            Close();
            RewriteLog();
            OpenWriter();
        }
        finally
        {
            _open.ExitWriteLock();
        }
    }

    public void Dispose()
    {
        _open.EnterWriteLock();
        try
        {
            _disposed = true;
            Close();
        }
        finally
        {
            _open.ExitWriteLock();
        }
    }

    private void OpenWriter()
    {
        var writer = SqliteDb.Open(_file);
        try
        {
            writer.Execute("PRAGMA journal_mode=WAL");
            writer.Execute(_relaxed ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
            writer.Execute("PRAGMA wal_autocheckpoint=0");
            writer.Execute("PRAGMA cache_size=-32768");
        }
        catch
        {
            writer.Dispose();
            throw;
        }
        _writer = writer;
    }

    private void RewriteLog()
    {
        using var log = new FileStream(_file + "-wal", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var buffer = new byte[1 << 20];
        for (long at = 0, read; (read = RandomAccess.Read(log.SafeFileHandle, buffer, at)) > 0; at += read)
            RandomAccess.Write(log.SafeFileHandle, buffer.AsSpan(0, (int)read), at);
        RandomAccess.FlushToDisk(log.SafeFileHandle);
    }

    private void Close()
    {
        while (_readers.TryTake(out var reader)) reader.Dispose();
        _writer?.Dispose();
        _writer = null;
    }
}

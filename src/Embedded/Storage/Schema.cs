using System.Buffers.Binary;
using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>The tables, and the number of their format.</summary>
internal static class Schema
{
    /// <summary>Raised with every change of the tables; older files are migrated, newer ones refused.</summary>
    public const int Format = 2;

    // One row of history per turn, clustered by instance, so that a replay is one range read. Open instances are few beside those that
    // have ended, and have an index of their own.
    private const string Tables = """
        CREATE TABLE documents (
            path BLOB NOT NULL PRIMARY KEY,
            content BLOB NOT NULL,
            etag INTEGER NOT NULL,
            summary TEXT,
            write_id TEXT
        ) WITHOUT ROWID;
        CREATE TABLE instances (
            n INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            lane TEXT NOT NULL,
            tags TEXT NOT NULL,
            status INTEGER NOT NULL,
            suspended INTEGER NOT NULL DEFAULT 0,
            execution INTEGER NOT NULL DEFAULT 1,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            waiting INTEGER NOT NULL DEFAULT 0,
            wake_at INTEGER,
            input BLOB,
            output BLOB,
            failure TEXT,
            custom_status BLOB
        );
        CREATE INDEX open_instances ON instances (n) WHERE status = 0;
        CREATE TABLE history (
            n INTEGER NOT NULL,
            execution INTEGER NOT NULL,
            turn INTEGER NOT NULL,
            time INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (n, execution, turn)
        ) WITHOUT ROWID;
        CREATE TABLE inbox (
            n INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            name TEXT NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (n, seq)
        ) WITHOUT ROWID;
        CREATE TABLE opened (epoch INTEGER PRIMARY KEY);
        """;

    // What leads from each format to the next, from 0 on. A step that was ever released never changes: there are folders that it made.
    private static readonly string[] Steps =
    [
        Tables,
        // Few end badly, and the watchdog looks for them once a minute. What was at work when the host died is counted.
        """
        CREATE INDEX badly_ended_instances ON instances (id) WHERE status IN (2, 3);
        CREATE TABLE deaths (n INTEGER NOT NULL, execution INTEGER NOT NULL, seq INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (n, execution, seq)) WITHOUT ROWID;
        """,
    ];

    /// <summary>Brings a database that this process owns to the present format.</summary>
    /// <exception cref="UpdraftException"><see cref="EngineErrors.NewerFormat"/>; nothing is changed then.</exception>
    public static void Prepare(SqliteDb db, string folder)
    {
        var found = FormatOf(db, folder);
        if (found == Format) return;
        if (found > 0) KeepCopy(db, folder, found);
        db.Execute("BEGIN IMMEDIATE");
        foreach (var step in Steps[found..])
            foreach (var statement in step.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) db.Execute(statement);
        db.Execute($"PRAGMA user_version={Format}");
        db.Execute("COMMIT");
    }

    /// <summary>The format of a database.</summary>
    /// <exception cref="UpdraftException"><see cref="EngineErrors.NewerFormat"/>.</exception>
    public static int FormatOf(SqliteDb db, string folder) => RefuseNewer((int)db.ReadLong("PRAGMA user_version"), folder);

    /// <summary>Looks at a folder without touching it, even to lock it. What a log beside the database holds is seen only once it is open.</summary>
    /// <exception cref="UpdraftException"><see cref="EngineErrors.NewerFormat"/>.</exception>
    public static void RefuseNewer(string folder)
    {
        const int offset = 60; // Of the user version in the header of an SQLite file.
        var file = Path.Combine(folder, Database.FileName);
        if (!File.Exists(file)) return;
        using var stream = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[offset + 4];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header.StartsWith("SQLite format 3\0"u8))
            RefuseNewer(BinaryPrimitives.ReadInt32BigEndian(header[offset..]), folder);
    }

    /// <summary>The format, if this version knows it.</summary>
    /// <exception cref="UpdraftException"><see cref="EngineErrors.NewerFormat"/>.</exception>
    public static int RefuseNewer(int found, string folder) => found <= Format ? found : throw new UpdraftException(EngineErrors.NewerFormat,
        $"the data folder '{folder}' has format {found}, and this version knows formats up to {Format}; use the version that wrote it, or another folder");

    /// <summary>Where the database as it was before a migration is kept.</summary>
    public static string CopyOf(string folder, int format) => Path.Combine(folder, $"{Database.FileName}.format-{format}");

    /// <summary>Keeps the database as it was before a migration. A copy that a crash cut short has another name, and is made anew.</summary>
    private static void KeepCopy(SqliteDb db, string folder, int format)
    {
        var copy = CopyOf(folder, format);
        if (File.Exists(copy)) return;
        DatabaseCopy.Make(db, copy + ".part");
        File.Move(copy + ".part", copy);
        PrivateFiles.SyncFolder(folder);
    }
}

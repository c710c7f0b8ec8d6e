using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>The tables, and the number of their format.</summary>
internal static class Schema
{
    /// <summary>Raised with every change of the tables; older files are migrated, newer ones refused.</summary>
    public const int Format = 1;

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

    public static void Prepare(SqliteDb db, string folder)
    {
        var found = db.ReadLong("PRAGMA user_version");
        if (found > Format)
        {
            throw new UpdraftException(EngineErrors.NewerFormat,
                $"the data folder '{folder}' has format {found}, and this version knows formats up to {Format}; use the version that wrote it, or another folder");
        }
        if (found == Format) return;
        db.Execute("BEGIN IMMEDIATE");
        foreach (var table in Tables.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) db.Execute(table);
        db.Execute($"PRAGMA user_version={Format}");
        db.Execute("COMMIT");
    }
}

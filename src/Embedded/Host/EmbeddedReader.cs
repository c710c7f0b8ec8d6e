using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>The stores of a data folder, to read beside its owner. Writing is refused.</summary>
public sealed class EmbeddedReader : IDisposable
{
    private readonly Database _database;

    private EmbeddedReader(Database database, string folder)
    {
        _database = database;
        State = new SqliteStateStore(database, writer: null);
        Blobs = new FileBlobStore(folder, new FaultGate(null), relaxed: false);
    }

    /// <summary>Documents.</summary>
    public IStateStore State { get; }

    /// <summary>Blobs.</summary>
    public IBlobStore Blobs { get; }

    /// <summary>Opens a data folder; null when there is none.</summary>
    public static EmbeddedReader? Open(string dataFolder)
    {
        dataFolder = Path.GetFullPath(dataFolder);
        return Database.OpenToRead(dataFolder) is { } database ? new(database, dataFolder) : null;
    }

    /// <summary>What SQLite's <c>integrity_check</c> says of a data folder that nobody has open: <c>ok</c> when all is well.</summary>
    public static string CheckIntegrity(string dataFolder)
    {
        using var db = SqliteDb.Open(Path.Combine(dataFolder, Database.FileName));
        using var query = db.Query("PRAGMA integrity_check");
        return query.Step() ? query.Text(0) : "";
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}

using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>The statements on instances, their history and their inboxes.</summary>
internal static class InstanceTable
{
    /// <summary>Status of an instance that has not ended, as stored.</summary>
    private const int Open = 0;

    public static bool Insert(SqliteDb db, InstanceRow row)
    {
        db.Query("INSERT INTO instances (n, id, name, version, lane, tags, status, created, updated, input) VALUES (?,?,?,?,?,?,0,?,?,?) ON CONFLICT (id) DO NOTHING")
            .Bind(1, row.N).Bind(2, row.Id).Bind(3, row.Name).Bind(4, row.Version).Bind(5, row.Lane).Bind(6, row.Tags)
            .Bind(7, row.Created).Bind(8, row.Created).Bind(9, row.Input).Run();
        return db.Changes > 0;
    }

    public static InstanceRow? Find(SqliteDb db, string id)
    {
        using var query = db.Query("SELECT n, name, version, lane, tags, status, suspended, execution, created, input, waiting FROM instances WHERE id = ?").Bind(1, id);
        if (!query.Step()) return null;
        return new()
        {
            N = query.Long(0),
            Id = id,
            Name = query.Text(1),
            Version = query.Text(2),
            Lane = query.Text(3),
            Tags = query.Text(4),
            IsOpen = query.Long(5) == Open,
            IsSuspended = query.Long(6) != 0,
            Execution = (int)query.Long(7),
            Created = query.Long(8),
            Input = query.BytesOrNull(9),
            IsWaiting = query.Long(10) != 0,
        };
    }

    /// <summary>Instances that have not ended: id, tags, and the time of the nearest timer for those that only wait.</summary>
    public static List<OpenInstance> ListOpen(SqliteDb db)
    {
        using var query = db.Query("SELECT id, tags, suspended, waiting, wake_at FROM instances WHERE status = 0 ORDER BY n");
        var found = new List<OpenInstance>();
        while (query.Step()) found.Add(new(query.Text(0), query.Text(1), query.Long(2) != 0, query.Long(3) != 0, query.LongOrNull(4)));
        return found;
    }

    public static List<Turn> ReadHistory(SqliteDb db, long n, int execution)
    {
        using var query = db.Query("SELECT time, data FROM history WHERE n = ? AND execution = ? ORDER BY turn").Bind(1, n).Bind(2, execution);
        var turns = new List<Turn>();
        while (query.Step()) turns.Add(TurnJson.Read(new(query.Long(0), DateTimeKind.Utc), query.Bytes(1)));
        return turns;
    }

    public static void AppendTurn(SqliteDb db, long n, int execution, int turn, long time, byte[] data) =>
        db.Query("INSERT OR REPLACE INTO history (n, execution, turn, time, data) VALUES (?,?,?,?,?)")
            .Bind(1, n).Bind(2, execution).Bind(3, turn).Bind(4, time).Bind(5, data).Run();

    public static void DeleteHistory(SqliteDb db, long n, int execution) =>
        db.Query("DELETE FROM history WHERE n = ? AND execution = ?").Bind(1, n).Bind(2, execution).Run();

    public static void SetCustomStatus(SqliteDb db, long n, byte[] status) =>
        db.Query("UPDATE instances SET custom_status = ? WHERE n = ?").Bind(1, status).Bind(2, n).Run();

    public static void SetWaiting(SqliteDb db, long n, bool waiting, long? wakeAt) =>
        db.Query("UPDATE instances SET waiting = ?, wake_at = ? WHERE n = ?").Bind(1, waiting ? 1 : 0).Bind(2, wakeAt).Bind(3, n).Run();

    public static void SetSuspended(SqliteDb db, long n, bool suspended) =>
        db.Query("UPDATE instances SET suspended = ? WHERE n = ?").Bind(1, suspended ? 1 : 0).Bind(2, n).Run();

    public static void End(SqliteDb db, long n, OrchestrationRuntimeStatus status, long time, byte[]? output, string? failure)
    {
        db.Query("UPDATE instances SET status = ?, updated = ?, output = ?, failure = ?, waiting = 0, wake_at = NULL WHERE n = ?")
            .Bind(1, (int)status).Bind(2, time).Bind(3, output).Bind(4, failure).Bind(5, n).Run();
        db.Query("DELETE FROM inbox WHERE n = ?").Bind(1, n).Run();
    }

    public static void Restart(SqliteDb db, long n, int execution, long time, byte[]? input) =>
        db.Query("UPDATE instances SET execution = ?, updated = ?, input = ? WHERE n = ?").Bind(1, execution).Bind(2, time).Bind(3, input).Bind(4, n).Run();

    public static void AddToInbox(SqliteDb db, long n, InboxEntry entry) =>
        db.Query("INSERT OR REPLACE INTO inbox (n, seq, name, payload) VALUES (?,?,?,?)")
            .Bind(1, n).Bind(2, entry.Seq).Bind(3, entry.Event.Name).Bind(4, entry.Event.Payload.Span).Run();

    public static void DeleteFromInbox(SqliteDb db, long n, long seq) =>
        db.Query("DELETE FROM inbox WHERE n = ? AND seq = ?").Bind(1, n).Bind(2, seq).Run();

    public static List<InboxEntry> ReadInbox(SqliteDb db, long n, long after)
    {
        using var query = db.Query("SELECT seq, name, payload FROM inbox WHERE n = ? AND seq > ? ORDER BY seq").Bind(1, n).Bind(2, after);
        var entries = new List<InboxEntry>();
        while (query.Step()) entries.Add(new(query.Long(0), new(query.Text(1), query.Bytes(2))));
        return entries;
    }

    public static bool Purge(SqliteDb db, string id)
    {
        if (Find(db, id) is not { IsOpen: false } row) return false;
        db.Query("DELETE FROM history WHERE n = ?").Bind(1, row.N).Run();
        db.Query("DELETE FROM inbox WHERE n = ?").Bind(1, row.N).Run();
        db.Query("DELETE FROM instances WHERE n = ?").Bind(1, row.N).Run();
        return true;
    }
}

/// <summary>An instance that has not ended.</summary>
internal readonly record struct OpenInstance(string Id, string Tags, bool IsSuspended, bool IsWaiting, long? WakeAt);

/// <summary>An event that is stored until a turn takes it.</summary>
internal sealed record InboxEntry(long Seq, EventCame Event);

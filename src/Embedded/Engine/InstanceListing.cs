using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>What a client is shown of instances.</summary>
internal static class InstanceListing
{
    /// <summary>Which instances are wanted, as far as an index helps to find them.</summary>
    public enum Ends
    {
        Any,
        NotYet,
        Badly,
    }

    private const int PageSize = 500;

    // An instance's row is left alone while it takes turns; its history tells when it took the last.
    private const string Columns = """
        SELECT id, name, tags, status, suspended, execution, created, output, custom_status, failure,
               updated, input, (SELECT time FROM history WHERE history.n = instances.n ORDER BY execution DESC, turn DESC LIMIT 1)
        FROM instances
        """;

    public static OrchestrationMetadata? Find(SqliteDb db, string id)
    {
        using var query = db.Query(Columns + " WHERE id = ?").Bind(1, id);
        return query.Step() ? Read(query) : null;
    }

    /// <summary>A page of instances in order of id; empty at the end.</summary>
    public static List<OrchestrationMetadata> Page(SqliteDb db, string prefix, string after, Ends ends)
    {
        // Ids are ASCII, so that every id with the prefix lies before prefix + DEL.
        using var query = db.Query(Columns + $" WHERE id >= ? AND id > ? AND id < ? {Where(ends)} ORDER BY id LIMIT ?")
            .Bind(1, prefix).Bind(2, after).Bind(3, prefix + '\x7f').Bind(4, PageSize);
        var page = new List<OrchestrationMetadata>();
        while (query.Step()) page.Add(Read(query));
        return page;
    }

    /// <summary>Ids of all that have not ended.</summary>
    public static List<string> OpenIds(SqliteDb db, string prefix)
    {
        using var query = db.Query("SELECT id FROM instances WHERE status = 0");
        var ids = new List<string>();
        while (query.Step())
            if (query.Text(0) is var id && id.StartsWith(prefix, StringComparison.Ordinal)) ids.Add(id);
        return ids;
    }

    // Failed is 2 and terminated 3: they have an index of their own.
    private static string Where(Ends ends) => ends is Ends.Badly ? "AND status IN (2, 3)" : "";

    private static OrchestrationMetadata Read(Statement query)
    {
        var lastTurn = query.LongOrNull(12);
        var status = (OrchestrationRuntimeStatus)query.Long(3);
        if (status == OrchestrationRuntimeStatus.Running)
        {
            status = query.Long(4) != 0 ? OrchestrationRuntimeStatus.Suspended
                : lastTurn is null && query.Long(5) == 1 ? OrchestrationRuntimeStatus.Pending
                : OrchestrationRuntimeStatus.Running;
        }
        return new()
        {
            InstanceId = query.Text(0),
            Name = query.Text(1),
            Tags = InstanceRow.ReadTags(query.Text(2)),
            RuntimeStatus = status,
            CreatedAt = new(query.Long(6), TimeSpan.Zero),
            LastUpdatedAt = new(Math.Max(query.Long(10), lastTurn ?? 0), TimeSpan.Zero),
            Input = Payload.Element(query.BytesOrNull(11)),
            Output = Payload.Element(query.BytesOrNull(7)),
            CustomStatus = Payload.Element(query.BytesOrNull(8)),
            FailureDetails = query.TextOrNull(9),
        };
    }
}

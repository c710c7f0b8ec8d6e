using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Alerts by time, newest first, of all DAGs and of each. Thread-safe. Every call may be repeated after a failure.</summary>
public sealed class AlertLog(IStateStore store)
{
    /// <summary>Most alerts of a page.</summary>
    public const int MaxPage = 1_000;

    private const int RemovedAtOnce = 100;

    private const string OfAll = "alerts/all/";

    /// <summary>Told of every alert that this process raises, on the thread that raises it: to be done with quickly.</summary>
    public event Action<Alert>? Raised;

    /// <summary>Raises an alert. False, and nothing changes, when one of its id is there.</summary>
    public async Task<bool> RaiseAsync(Alert alert, CancellationToken cancellation = default)
    {
        var isNew = await store.PutAsync(PathOf(alert.Id), alert, WriteCondition.IfAbsent, cancellation: cancellation) is not null;
        // A raise that was cut short is made good by the next: what is listed is what is stored.
        if (!isNew) alert = await GetAsync(alert.Id, cancellation) ?? alert;
        foreach (var path in Listed(alert)) await store.PutAsync(path, Entry(alert, WriteCondition.IfAbsent), cancellation);
        if (!isNew) return false;
        UpkeepMetrics.AlertRaised(alert);
        Raised?.Invoke(alert);
        return true;
    }

    /// <summary>Notes that an alert's cause has gone away. False when there is no such alert, or that was noted before.</summary>
    public async Task<bool> ClearAsync(string id, DateTimeOffset at, CancellationToken cancellation = default)
    {
        while (await store.GetAsync<Alert>(PathOf(id), cancellation) is { } found)
        {
            var isNew = found.Value.ClearedAt is null;
            var cleared = isNew ? found.Value with { ClearedAt = at } : found.Value;
            if (isNew && await store.PutAsync(PathOf(id), cleared, WriteCondition.IfMatch(found.ETag), cancellation: cancellation) is null) continue;
            foreach (var path in Listed(cleared)) await store.PutAsync(path, Entry(cleared, WriteCondition.None), cancellation);
            return isNew;
        }
        return false;
    }

    /// <summary>An alert; null when there is none of that id.</summary>
    public async Task<Alert?> GetAsync(string id, CancellationToken cancellation = default) => (await store.GetAsync<Alert>(PathOf(id), cancellation))?.Value;

    /// <summary>A page of alerts, newest first.</summary>
    /// <param name="dag">Only of this DAG; null for all.</param>
    /// <param name="after">Where the last page ended (<see cref="AlertListing.Next"/>); null for the newest.</param>
    /// <param name="count">Alerts wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AlertListing> ListAsync(string? dag = null, string? after = null, int count = 100, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var prefix = Prefix(dag);
        var alerts = new List<Alert>();
        string? last = null;
        await foreach (var listed in store.ListAsync(prefix, after is null ? null : prefix + after, cancellation))
        {
            if (alerts.Count == count) return new(alerts, last);
            if (await ReadAsync(listed, cancellation) is { } alert) alerts.Add(alert);
            last = listed.Path[prefix.Length..];
        }
        return new(alerts, Next: null);
    }

    /// <summary>Removes alerts raised before a time. The same cause would then raise one again.</summary>
    /// <param name="before">Those at this time stay.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellation = default)
    {
        var removed = 0;
        for (var some = RemovedAtOnce; some == RemovedAtOnce; removed += some) some = await RemoveSomeAsync(before, RemovedAtOnce, cancellation);
        return removed;
    }

    private async Task<int> RemoveSomeAsync(DateTimeOffset before, int count, CancellationToken cancellation)
    {
        var old = new List<(DocumentEntry Listed, Alert? Alert)>();
        // Names after a time begin with it and '/', so that '0' follows them all: what is left is older.
        await foreach (var listed in store.ListAsync(OfAll, OfAll + DocumentPath.NewestFirst(before) + "0", cancellation))
        {
            old.Add((listed, await ReadAsync(listed, cancellation)));
            if (old.Count == count) break;
        }
        foreach (var (listed, alert) in old)
        {
            // The entry by which it is found goes last, so that what a crash leaves is found again.
            if (alert is { Dag: not null }) await store.DeleteAsync(PathOf(alert.Dag, alert), null, cancellation);
            if (alert is not null) await store.DeleteAsync(PathOf(alert.Id), null, cancellation);
            await store.DeleteAsync(listed.Path, null, cancellation);
        }
        return old.Count;
    }

    private async Task<Alert?> ReadAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary
            ? JsonSerializer.Deserialize<Alert>(summary, OrchestrationJson.Options)
            : (await store.GetAsync<Alert>(listed.Path, cancellation))?.Value;

    private static DocumentWrite Entry(Alert alert, WriteCondition condition)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(alert, OrchestrationJson.Options);
        // A small alert is its own summary, so that a listing reads it.
        return new() { Content = content, If = condition, Summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null };
    }

    private static IEnumerable<string> Listed(Alert alert) => alert.Dag is { } dag ? [PathOf(null, alert), PathOf(dag, alert)] : [PathOf(null, alert)];

    private static string Prefix(string? dag) => dag is null ? OfAll : "alerts/dags/" + DocumentPath.Of(dag);

    private static string PathOf(string? dag, Alert alert) => Prefix(dag) + DocumentPath.Of(DocumentPath.NewestFirst(alert.At), alert.Id);

    private static string PathOf(string id) => "alerts/ids/" + DocumentPath.Of(id);
}

/// <summary>Some alerts.</summary>
/// <param name="Alerts">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record AlertListing(IReadOnlyList<Alert> Alerts, string? Next);

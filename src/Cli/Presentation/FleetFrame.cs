using System.Collections.Immutable;
using System.Globalization;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>How the fleet stands, at one moment.</summary>
internal sealed record FleetFrame
{
    private const int MostRuns = 100;
    private const int MostFailed = 5;
    private const int MostQueued = 1_000;

    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    public required DateTimeOffset At { get; init; }

    public required string Name { get; init; }

    public required HealthDetails Health { get; init; }

    /// <summary>Runs under way, newest first, and at most 100.</summary>
    public required ImmutableArray<RunRow> Active { get; init; }

    /// <summary>The newest that failed in the last day.</summary>
    public required ImmutableArray<RunRow> Failed { get; init; }

    public required ImmutableArray<PoolUsage> Pools { get; init; }

    /// <summary>Messages that wait, at most 1,000.</summary>
    public required int Queued { get; init; }

    public static async Task<FleetFrame> OfAsync(ApiClient api, DateTimeOffset now, CancellationToken cancellation) => new()
    {
        At = now,
        Name = api.Name,
        Health = await api.GetAsync<HealthDetails>($"health", cancellation),
        Active = [.. await api.ListAsync<RunRow>(() => RunsOf(["queued", "running", "paused"], null), MostRuns, cancellation)],
        Failed = [.. await api.ListAsync<RunRow>(() => RunsOf(["failed"], now - Recent), MostFailed, cancellation)],
        Pools = [.. await api.ListAsync<PoolUsage>(() => $"pools", MostRuns, cancellation)],
        Queued = (await api.ListAsync<WaitingMessage>(() => $"queue/messages", MostQueued, cancellation)).Count,
    };

    /// <summary>Lines of a terminal.</summary>
    /// <param name="rows">How many runs under way are named.</param>
    public IEnumerable<string> Lines(int rows)
    {
        var counts = string.Join(", ", Active.CountBy(run => run.State).OrderBy(count => count.Key).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {StateNames.Of(count.Key)}")));
        yield return $"{Name}  {ShowDag.Time(At)}  {(Health.Serving ? "served" : "NOT SERVED")}{(Health.Storage is { } storage ? "  " + Printable.Of(storage) : "")}";
        foreach (var line in Columns.Of([.. (Health.Watchdog?.Lanes ?? []).Where(lane => lane.Beat is not null).Select(lane => (string[])[$"Lane {lane.Lane}", $"timer lag {Elapsed.Format(lane.Beat!.TimerLag)}", $"activity lag {Elapsed.Format(lane.Beat.ActivityLag)}", lane.Alert is null ? "" : "STOPPED"])])) yield return line;
        yield return string.Create(CultureInfo.InvariantCulture, $"Queue  {Queued} waiting");
        yield return "";
        yield return $"Under way: {(Active.IsEmpty ? "nothing" : counts)}";
        foreach (var line in Columns.Of([.. Active.Take(rows).Select(run => Indented(ListRuns.Row(run, At)))])) yield return line;
        if (Active.Length > rows) yield return string.Create(CultureInfo.InvariantCulture, $"  and {Active.Length - rows} more");
        if (!Failed.IsEmpty) yield return "Failed in the last day";
        foreach (var line in Columns.Of([.. Failed.Select(run => (string[])[.. Indented(ListRuns.Row(run, At)), Printable.Of(run.Reason ?? "")])])) yield return line;
        if (!Pools.IsEmpty) yield return "Pools";
        foreach (var line in Columns.Of([.. Pools.Select(pool => (string[])["  " + Printable.Of(pool.Name), string.Create(CultureInfo.InvariantCulture, $"{pool.Taken} of {pool.Slots} taken"), string.Create(CultureInfo.InvariantCulture, $"{pool.Waiters} wait")])])) yield return line;
    }

    private static ApiPath RunsOf(IEnumerable<string> states, DateTimeOffset? since)
    {
        ApiPath path = $"runs";
        return path.With("state", states).With("since", since?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    private static string[] Indented(string[] row) => ["  " + row[0], .. row[1..]];
}

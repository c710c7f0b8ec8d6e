using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Who did what, newest first. An entry is written before the work, and its outcome after it. Thread-safe.</summary>
public sealed class AuditLog(IStateStore store)
{
    /// <summary>Most entries of a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Most entries that are looked at for a page.</summary>
    public const int MaxScan = 10_000;

    private const string All = "audit/";

    /// <summary>Writes an entry. What it is about may be done once this returns.</summary>
    public Task BeginAsync(AuditEntry entry, CancellationToken cancellation = default) => store.PutAsync(PathOf(entry), Write(entry, WriteCondition.IfAbsent), cancellation);

    /// <summary>Adds what has become known, the outcome among it, to an entry that was written.</summary>
    public Task EndAsync(AuditEntry entry, CancellationToken cancellation = default) => store.PutAsync(PathOf(entry), Write(entry, WriteCondition.None), cancellation);

    /// <summary>A page of entries, newest first.</summary>
    /// <param name="filter">Which are wanted.</param>
    /// <param name="after">Where the last page ended (<see cref="AuditListing.Next"/>); null for the newest.</param>
    /// <param name="count">Entries wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AuditListing> ListAsync(AuditFilter filter, string? after = null, int count = 100, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var (entries, looked) = (ImmutableArray.CreateBuilder<AuditEntry>(), 0);
        string? last = null;
        // Names at a time begin with it and '/', so that '0' follows them all: what is left is older.
        var from = filter.Until is { } until ? DocumentPath.NewestFirst(until) + "0" : null;
        if (after is not null && (from is null || string.CompareOrdinal(after, from) > 0)) from = after;
        var end = filter.Since is { } since ? All + DocumentPath.NewestFirst(since) + "0" : null;
        await foreach (var listed in store.ListAsync(All, from is null ? null : All + from, cancellation))
        {
            if (end is not null && string.CompareOrdinal(listed.Path, end) >= 0) break;
            if (entries.Count == count || looked == MaxScan) return new(entries.ToImmutable(), last);
            looked++;
            last = listed.Path[All.Length..];
            if (await ReadAsync(listed, cancellation) is { } entry && filter.Takes(entry)) entries.Add(entry);
        }
        return new(entries.ToImmutable(), Next: null);
    }

    /// <summary>Removes entries of before a time.</summary>
    /// <param name="before">Those at this time stay.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellation = default)
    {
        var removed = 0;
        await foreach (var listed in store.ListAsync(All, All + DocumentPath.NewestFirst(before) + "0", cancellation))
            if (await store.DeleteAsync(listed.Path, listed.ETag, cancellation)) removed++;
        return removed;
    }

    private async Task<AuditEntry?> ReadAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary
            ? JsonSerializer.Deserialize<AuditEntry>(summary, OrchestrationJson.Options)
            : (await store.GetAsync<AuditEntry>(listed.Path, cancellation))?.Value;

    private static DocumentWrite Write(AuditEntry entry, WriteCondition condition)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(entry, OrchestrationJson.Options);
        // A small entry is its own summary, so that a listing reads it.
        return new() { Content = content, If = condition, Summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null };
    }

    private static string PathOf(AuditEntry entry) => All + DocumentPath.Of(DocumentPath.NewestFirst(entry.At), entry.Id);
}

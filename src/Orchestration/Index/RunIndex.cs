using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Runs by time, newest first, of all DAGs, of each, and of each business key: an entry repeats the run's summary with its revision, so that a page of runs is one
/// listing. The run's own documents are the truth; whoever reads both keeps the higher revision.
/// </summary>
public sealed class RunIndex(IStateStore store)
{
    /// <summary>Most entries of a page.</summary>
    public const int MaxPage = 1_000;

    private const string OfAll = "index/runs/";
    private const string OfDags = "index/dags/";
    private const string OfKeys = "index/keys/";

    /// <summary>Writes a run's entries, unless later ones are there.</summary>
    public async Task PutAsync(RunIndexEntry entry, CancellationToken cancellation = default)
    {
        foreach (var path in PathsOf(entry)) await PutAsync(path, entry, cancellation);
    }

    /// <summary>Writes a run's entries in place of those of the same revision; a later one stays.</summary>
    public async Task ReplaceAsync(RunIndexEntry entry, CancellationToken cancellation = default)
    {
        foreach (var path in PathsOf(entry))
        {
            var found = await store.GetAsync<RunIndexEntry>(path, cancellation);
            // Whoever was faster wrote a later one: what is left out now is done by the next who looks.
            if (found?.Value.Revision == entry.Revision) await store.PutAsync(path, Write(entry) with { WriteId = null, If = WriteCondition.IfMatch(found.ETag) }, cancellation);
        }
    }

    /// <summary>Names of all DAGs that have runs, by one small listing each.</summary>
    public async IAsyncEnumerable<string> DagsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (string? after = null; await FirstAsync(after, cancellation) is { } dag;)
        {
            yield return dag;
            // Paths of a DAG go on with '/', which comes before '0'.
            after = Prefix(dag)[..^1] + "0";
        }
    }

    /// <summary>Removes a run's entries.</summary>
    public async Task RemoveAsync(RunIndexEntry entry, CancellationToken cancellation = default)
    {
        foreach (var path in PathsOf(entry)) await store.DeleteAsync(path, null, cancellation);
    }

    /// <summary>A page of runs, newest first.</summary>
    /// <param name="dag">Only of this DAG; null for all.</param>
    /// <param name="after">Where the last page ended (<see cref="RunListing.Next"/>); null for the newest.</param>
    /// <param name="count">Entries wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<RunListing> ListAsync(string? dag, string? after, int count, CancellationToken cancellation = default) => PageAsync(Prefix(dag), after, count, cancellation);

    /// <summary>A page of the runs that are about something, of all DAGs, newest first.</summary>
    /// <param name="businessKey">What they are about.</param>
    /// <param name="after">Where the last page ended (<see cref="RunListing.Next"/>); null for the newest.</param>
    /// <param name="count">Entries wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<RunListing> ListByKeyAsync(string businessKey, string? after, int count, CancellationToken cancellation = default) =>
        PageAsync(OfKeys + DocumentPath.Of(businessKey), after, count, cancellation);

    private async Task<RunListing> PageAsync(string prefix, string? after, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var entries = new List<RunIndexEntry>();
        string? last = null;
        await foreach (var listed in store.ListAsync(prefix, after is null ? null : prefix + after, cancellation))
        {
            if (entries.Count == count) return new(entries, last);
            if (await ReadAsync(listed, cancellation) is { } entry) entries.Add(entry);
            last = listed.Path[prefix.Length..];
        }
        return new(entries, Next: null);
    }

    private async Task PutAsync(string path, RunIndexEntry entry, CancellationToken cancellation)
    {
        var write = Write(entry);
        while (await store.PutAsync(path, write, cancellation) is null)
        {
            var found = await store.GetAsync<RunIndexEntry>(path, cancellation);
            if (found is not null && found.Value.Revision >= entry.Revision) return;
            write = write with { If = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag) };
        }
    }

    private async Task<string?> FirstAsync(string? after, CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(OfDags, after, cancellation)) return DocumentPath.LastName(listed.Path[..(listed.Path.IndexOf('/', OfDags.Length) + 1)]);
        return null;
    }

    private static DocumentWrite Write(RunIndexEntry entry)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(entry, OrchestrationJson.Options);
        return new()
        {
            Content = content,
            // A small entry is its own summary, so that a listing reads it.
            Summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null,
            WriteId = entry.Revision.ToString(CultureInfo.InvariantCulture),
            If = WriteCondition.IfAbsent,
        };
    }

    private async Task<RunIndexEntry?> ReadAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary
            ? JsonSerializer.Deserialize<RunIndexEntry>(summary, OrchestrationJson.Options)
            : (await store.GetAsync<RunIndexEntry>(listed.Path, cancellation))?.Value;

    private static string Prefix(string? dag) => dag is null ? OfAll : OfDags + DocumentPath.Of(dag);

    private static IEnumerable<string> PathsOf(RunIndexEntry entry)
    {
        string[] lists = entry.BusinessKey is { } key ? [OfAll, Prefix(entry.Dag), OfKeys + DocumentPath.Of(key)] : [OfAll, Prefix(entry.Dag)];
        return lists.Select(list => list + DocumentPath.Of(DocumentPath.NewestFirst(entry.CreatedAt), entry.RunId));
    }
}

/// <summary>A run in a listing.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="CreatedAt">When it was acknowledged.</param>
/// <param name="Revision">Of the run's documents when this was written.</param>
/// <param name="Summary">What a listing shows of it; about 600 bytes keep a page one listing.</param>
public sealed record RunIndexEntry(string RunId, string Dag, DateTimeOffset CreatedAt, long Revision, JsonElement Summary)
{
    /// <inheritdoc cref="RunRequest.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <summary>True once retention has removed its logs; null before.</summary>
    public bool? LogsPurged { get; init; }

    /// <summary>True once retention has removed its outputs and files; null before.</summary>
    public bool? OutputsPurged { get; init; }
}

/// <summary>Some runs.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record RunListing(IReadOnlyList<RunIndexEntry> Entries, string? Next);

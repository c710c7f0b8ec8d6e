using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>
/// Finds runs, newest first. A search walks the one list that is likely to be the shortest and tests all else on what that list says, then on the run's entry,
/// then on its documents; and it looks at so many runs only before it answers, and says how far it came. Thread-safe.
/// </summary>
public sealed class RunSearch(IStateStore store, RunNotes notes)
{
    /// <summary>Most runs of a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Lines of lists that one search looks at, at the most.</summary>
    public const int MostLookedAt = 20_000;

    /// <summary>Runs of which one search reads more than a line, at the most.</summary>
    public const int MostRead = 2_000;

    private const int AtOnce = 32;

    private readonly RunIndex _index = new(store);
    private readonly RunReader _reader = new(store);

    /// <summary>A page of the runs that fit a filter. Runs that come meanwhile are newer than all that follows, so no page after shows a run twice or leaves one out.</summary>
    /// <param name="filter">Which runs.</param>
    /// <param name="after">Where the last page ended (<see cref="RunsFound.Next"/>); null for the newest.</param>
    /// <param name="count">Runs wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="maySee">Whether runs of a team may be seen; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunsFound> FindAsync(RunFilter filter, string? after, int count, Func<string?, bool>? maySee = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var test = new RunTest(filter, maySee);
        var (found, looked, read, chunk) = (ImmutableArray.CreateBuilder<FoundRun>(), 0, 0, new List<ListedRun>(AtOnce));
        ListedRun? last = null;
        await foreach (var listed in WalkAsync(filter, Later(after, StartOf(filter)), cancellation))
        {
            if (filter.Since is { } since && listed.Entry.CreatedAt < since) break; // The newest come first.
            if (test.Fits(listed.Entry))
            {
                chunk.Add(listed);
                read++;
            }
            // A chunk is never larger than what is still wanted, so that all of it fits.
            if (chunk.Count > 0 && (chunk.Count == Math.Min(AtOnce, count - found.Count) || looked + 1 >= MostLookedAt)) await TakeAsync();
            last = listed;
            if (found.Count == count) return new RunsFound(found.ToImmutable(), last.Key, null);
            if (++looked >= MostLookedAt || (read >= MostRead && chunk.Count == 0)) return new RunsFound(found.ToImmutable(), last.Key, last.Entry.CreatedAt);
        }
        await TakeAsync();
        return new RunsFound(found.ToImmutable(), null, null);

        async Task TakeAsync()
        {
            found.AddRange((await Task.WhenAll(chunk.Select(each => ReadAsync(each, test, cancellation)))).OfType<FoundRun>());
            chunk.Clear();
        }
    }

    /// <summary>Whether a run is there and fits a filter, whatever the lists say.</summary>
    public async Task<bool> FitsAsync(string runId, RunFilter filter, Func<string?, bool>? maySee = null, CancellationToken cancellation = default)
    {
        if (await _reader.GetAsync(runId, cancellation) is not { } run || await notes.GetAsync(runId, cancellation) is not { } note) return false;
        var (test, summary) = (new RunTest(filter, maySee), RunSummary.Of(run.Request, run.Body));
        var entry = RunIndexEntry.Of(run.Request, run.Revision, summary.ToJson());
        return test.Fits(entry) && test.Fits(summary) && test.Fits(entry, note.Labels, note.Note);
    }

    /// <summary>A run as its own documents say, if it fits; drops a line that is no longer so.</summary>
    private async Task<FoundRun?> ReadAsync(ListedRun listed, RunTest test, CancellationToken cancellation)
    {
        var isPointer = !RunLists.Full(listed.Entry).Contains(listed.List);
        var entry = isPointer ? await _index.GetAsync(listed.Entry, cancellation) : listed.Entry;
        if (entry is null)
        {
            await _index.DropAsync(listed, cancellation);
            return null;
        }
        var summary = entry.ReadSummary();
        if (isPointer && summary.EndedAt is not null && RunLists.IsOfState(listed.List) && !RunLists.Of(entry, summary.Status).Contains(listed.List))
        {
            await _index.DropAsync(listed, cancellation);
            return null;
        }
        if (summary.EndedAt is null || entry.Complete is not true)
        {
            if (await _reader.GetAsync(entry.RunId, cancellation) is not { } run || run.Request.CreatedAt != entry.CreatedAt) return null;
            if (entry.Complete is not true) entry = RunIndexEntry.Of(run.Request, entry.Revision, entry.Summary) with { Noted = true, LogsPurged = entry.LogsPurged, OutputsPurged = entry.OutputsPurged };
            if (run.Revision >= entry.Revision) summary = RunSummary.Of(run.Request, run.Body);
        }
        if (!test.Fits(entry) || !test.Fits(summary)) return null;
        var note = entry.Noted is true ? await notes.GetAsync(entry.RunId, cancellation) : null;
        var labels = note?.Labels ?? entry.Labels ?? RunFilter.NoLabels;
        return test.Fits(entry, labels, note?.Note) ? new FoundRun(entry, summary, labels, note?.Note) : null;
    }

    private async IAsyncEnumerable<ListedRun> WalkAsync(RunFilter filter, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var heads = new List<IAsyncEnumerator<ListedRun>>();
        try
        {
            foreach (var list in ListsOf(filter))
            {
                var lines = _index.WalkAsync(list, after, cancellation).GetAsyncEnumerator(cancellation);
                heads.Add(lines);
                if (!await lines.MoveNextAsync()) await EndAsync(lines);
            }
            while (heads.MinBy(lines => lines.Current.Key, StringComparer.Ordinal)?.Current is { } next)
            {
                yield return next;
                // A run that is just being moved is in two lists.
                foreach (var lines in heads.Where(lines => lines.Current.Key == next.Key).ToArray())
                    if (!await lines.MoveNextAsync()) await EndAsync(lines);
            }
        }
        finally
        {
            foreach (var lines in heads) await lines.DisposeAsync();
        }

        async Task EndAsync(IAsyncEnumerator<ListedRun> lines)
        {
            heads.Remove(lines);
            await lines.DisposeAsync();
        }
    }

    /// <summary>
    /// The lists to walk. In a fixed order, since no list knows its length: a business key is of a few runs; a value of a param or a label was chosen by people to
    /// tell runs apart; what is under way is bounded by what can run; what failed is seldom more than a part of the DAG's runs; a DAG's runs are a part of all.
    /// </summary>
    private static IReadOnlyList<string> ListsOf(RunFilter filter)
    {
        if (filter.BusinessKey is { } key) return [RunLists.OfKey(key)];
        if (!filter.Conf.IsEmpty) return [.. ConfTerms.Meant(filter.Conf.First().Value).Select(term => RunLists.OfConf(filter.Conf.First().Key, term))];
        if (!filter.Labels.IsEmpty) return [RunLists.OfLabel(filter.Labels.First().Key, filter.Labels.First().Value)];
        if (!filter.Statuses.IsEmpty && !filter.Statuses.Contains(RunStatus.Success)) return [.. filter.Statuses.SelectMany(status => ListsOf(status, filter.Dag)).Distinct()];
        return [filter.Dag is { } dag ? RunLists.OfDag(dag) : RunLists.All];
    }

    private static string[] ListsOf(RunStatus status, string? dag) => status switch
    {
        // A run that need not wait is listed as running from the first.
        RunStatus.Queued => [RunLists.OfState(RunStatus.Queued), RunLists.OfState(RunStatus.Running)],
        RunStatus.Running or RunStatus.Paused => [RunLists.OfState(RunStatus.Running)],
        _ => [dag is null ? RunLists.OfState(status) : RunLists.OfState(dag, status)],
    };

    // Keys of a time go on with '/', which comes before '0'.
    private static string? StartOf(RunFilter filter) => filter.Until is { } until ? DocumentPath.NewestFirst(until) + "0" : null;

    private static string? Later(string? after, string? start) => string.CompareOrdinal(after, start) < 0 ? start : after;
}

/// <summary>Runs that a search found.</summary>
/// <param name="Runs">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="SearchedTo">Where the page is short because enough runs were looked at: when the last of them was acknowledged. Null otherwise.</param>
public sealed record RunsFound(ImmutableArray<FoundRun> Runs, string? Next, DateTimeOffset? SearchedTo);

/// <summary>A run that was found.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Summary">Its present state.</param>
/// <param name="Labels">Its labels, as they are now.</param>
/// <param name="Note">What people say of it; null for nothing.</param>
public sealed record FoundRun(RunIndexEntry Entry, RunSummary Summary, ImmutableSortedDictionary<string, string> Labels, string? Note);

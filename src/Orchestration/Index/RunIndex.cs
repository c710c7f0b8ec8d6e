using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Runs by time, newest first, of all DAGs and of each: an entry repeats the run's summary with its revision, so that a page of runs is one
/// listing. The run's own documents are the truth; whoever reads both keeps the higher revision. Beside them there are lists of pointers
/// (<see cref="RunLists"/>), which may be of a run as it was: whoever reads one looks at the entry itself, and drops what is no longer so.
/// </summary>
public sealed class RunIndex(IStateStore store)
{
    /// <summary>Most entries of a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Writes a run's entries, unless later ones are there.</summary>
    public async Task PutAsync(RunIndexEntry entry, CancellationToken cancellation = default)
    {
        await UpdateAsync(entry, cancellation);
        // After the entries themselves, so that a pointer to nothing is one of a run that is gone.
        await PointAsync(RunLists.Facts(entry), entry, cancellation);
    }

    /// <summary>Writes a run's entries where they are kept up to date, unless later ones are there.</summary>
    public Task UpdateAsync(RunIndexEntry entry, CancellationToken cancellation = default) =>
        Task.WhenAll(RunLists.Full(entry).Select(list => PutAsync(list + RunLists.KeyOf(entry), entry, cancellation)));

    /// <summary>Lists a run under what it has just become, and no longer under what it was. Said again it changes nothing.</summary>
    /// <param name="entry">The run.</param>
    /// <param name="state">What it has become; null for nothing that is listed.</param>
    /// <param name="from">What it may be listed as.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task MoveAsync(RunIndexEntry entry, RunStatus? state, IEnumerable<RunStatus> from, CancellationToken cancellation = default)
    {
        var lists = state is { } now ? RunLists.Of(entry, now) : [];
        await PointAsync(lists, entry, cancellation);
        await UnpointAsync(from.SelectMany(each => RunLists.Of(entry, each)).Except(lists), entry, cancellation);
    }

    /// <summary>Notes that a run's logs or outputs are removed. A run that has gone on since has others.</summary>
    /// <param name="entry">The run as it was when they were removed.</param>
    /// <param name="logs">Whether its logs are.</param>
    /// <param name="outputs">Whether its outputs are.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task PruneAsync(RunIndexEntry entry, bool logs, bool outputs, CancellationToken cancellation = default) => ChangeAsync(entry, found => found.Revision != entry.Revision ? found : found with
    {
        LogsPurged = logs ? true : found.LogsPurged,
        OutputsPurged = outputs ? true : found.OutputsPurged,
    }, cancellation);

    /// <summary>Notes that a run's labels or note lie beside it from now on. False when it is listed nowhere.</summary>
    internal Task<bool> NoteAsync(RunIndexEntry entry, CancellationToken cancellation) => ChangeAsync(entry, found => found with { Noted = true }, cancellation);

    /// <summary>Says what package a run has, of which the entry says nothing yet.</summary>
    internal Task SayPackageAsync(RunIndexEntry entry, string? package, CancellationToken cancellation) => ChangeAsync(entry, found => found with { Package = package ?? "" }, cancellation);

    /// <summary>Lists a run under some labels.</summary>
    internal Task LabelAsync(RunIndexEntry entry, IEnumerable<KeyValuePair<string, string>> labels, CancellationToken cancellation) =>
        PointAsync(labels.Select(label => RunLists.OfLabel(label.Key, label.Value)), entry, cancellation);

    /// <summary>Lists a run no longer under some labels.</summary>
    internal Task UnlabelAsync(RunIndexEntry entry, IEnumerable<KeyValuePair<string, string>> labels, CancellationToken cancellation) =>
        UnpointAsync(labels.Select(label => RunLists.OfLabel(label.Key, label.Value)), entry, cancellation);

    /// <summary>Names of all DAGs that have runs, by one small listing each.</summary>
    public async IAsyncEnumerable<string> DagsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (string? after = null; await FirstAsync(after, cancellation) is { } dag;)
        {
            yield return dag;
            // Paths of a DAG go on with '/', which comes before '0'.
            after = RunLists.OfDag(dag)[..^1] + "0";
        }
    }

    /// <summary>Removes a run's entries, whatever state it is listed under; those of labels that it got later are <see cref="UnlabelAsync"/>'s.</summary>
    public async Task RemoveAsync(RunIndexEntry entry, CancellationToken cancellation = default)
    {
        await MoveAsync(entry, null, [RunStatus.Queued, RunStatus.Running, RunStatus.Failed, RunStatus.Cancelled], cancellation);
        await UnpointAsync(RunLists.Facts(entry), entry, cancellation);
        await UnpointAsync(RunLists.Full(entry), entry, cancellation);
    }

    /// <summary>A run's entry; null when it is not listed.</summary>
    /// <param name="entry">What a pointer says of it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunIndexEntry?> GetAsync(RunIndexEntry entry, CancellationToken cancellation = default) =>
        (await store.GetAsync<RunIndexEntry>(RunLists.All + RunLists.KeyOf(entry), cancellation))?.Value;

    /// <summary>A page of runs, newest first.</summary>
    /// <param name="dag">Only of this DAG; null for all.</param>
    /// <param name="after">Where the last page ended (<see cref="RunListing.Next"/>); null for the newest.</param>
    /// <param name="count">Entries wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<RunListing> ListAsync(string? dag, string? after, int count, CancellationToken cancellation = default) =>
        PageAsync(dag is null ? RunLists.All : RunLists.OfDag(dag), after, count, cancellation);

    /// <summary>A page of the runs that are about something, of all DAGs, newest first.</summary>
    /// <param name="businessKey">What they are about.</param>
    /// <param name="after">Where the last page ended (<see cref="RunListing.Next"/>); null for the newest.</param>
    /// <param name="count">Entries wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunListing> ListByKeyAsync(string businessKey, string? after, int count, CancellationToken cancellation = default)
    {
        var page = await PageAsync(RunLists.OfKey(businessKey), after, count, cancellation);
        var found = await Task.WhenAll(page.Entries.Select(entry => GetAsync(entry, cancellation)));
        return page with { Entries = [.. found.OfType<RunIndexEntry>()] };
    }

    /// <summary>Entries of a list, newest first, after a key.</summary>
    internal async IAsyncEnumerable<ListedRun> WalkAsync(string list, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(list, after is null ? null : list + after, cancellation))
            if (await ReadAsync(listed, cancellation) is { } entry) yield return new ListedRun(list, listed.Path[list.Length..], listed.ETag, entry);
    }

    /// <summary>Drops what is no longer so, unless it was said again meanwhile.</summary>
    internal Task DropAsync(ListedRun listed, CancellationToken cancellation) => store.DeleteAsync(listed.List + listed.Key, listed.ETag, cancellation);

    private async Task<RunListing> PageAsync(string list, string? after, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var entries = new List<RunIndexEntry>();
        string? last = null;
        await foreach (var listed in WalkAsync(list, after, cancellation))
        {
            if (entries.Count == count) return new(entries, last);
            entries.Add(listed.Entry);
            last = listed.Key;
        }
        return new(entries, Next: null);
    }

    /// <summary>Changes a run's entries, whatever their revision. False when it is listed nowhere.</summary>
    private async Task<bool> ChangeAsync(RunIndexEntry entry, Func<RunIndexEntry, RunIndexEntry> change, CancellationToken cancellation)
    {
        var listed = false;
        foreach (var list in RunLists.Full(entry))
        {
            var path = list + RunLists.KeyOf(entry);
            while (await store.GetAsync<RunIndexEntry>(path, cancellation) is { } found)
            {
                listed = true;
                // What is compared has parts that are compared by reference, and those are the same then.
                if (change(found.Value) is var changed && changed == found.Value) break;
                if (await store.PutAsync(path, Write(changed) with { WriteId = null, If = WriteCondition.IfMatch(found.ETag) }, cancellation) is not null) break;
            }
        }
        return listed;
    }

    private async Task PutAsync(string path, RunIndexEntry entry, CancellationToken cancellation)
    {
        // The first entry of a run finds none before it, and all later ones do: so neither asks in vain.
        var write = Write(entry);
        var found = entry.Revision == 0 ? null : await store.GetAsync<RunIndexEntry>(path, cancellation);
        while (true)
        {
            if (found is not null)
            {
                if (found.Value.Revision >= entry.Revision) return;
                write = Write(entry with { Noted = entry.Noted ?? found.Value.Noted, Waits = entry.Waits ?? found.Value.Waits, Counted = entry.Counted ?? found.Value.Counted }) with { If = WriteCondition.IfMatch(found.ETag) };
            }
            if (await store.PutAsync(path, write, cancellation) is not null) return;
            found = await store.GetAsync<RunIndexEntry>(path, cancellation);
            write = Write(entry);
        }
    }

    // Without a condition: an entry that is written again is not dropped by who read the one before.
    private async Task PointAsync(IEnumerable<string> lists, RunIndexEntry entry, CancellationToken cancellation) =>
        await Task.WhenAll(lists.Select(list => store.PutAsync(list + RunLists.KeyOf(entry), Write(entry) with { WriteId = null, If = WriteCondition.None }, cancellation)));

    private async Task UnpointAsync(IEnumerable<string> lists, RunIndexEntry entry, CancellationToken cancellation) =>
        await Task.WhenAll(lists.Select(list => store.DeleteAsync(list + RunLists.KeyOf(entry), null, cancellation)));

    private async Task<string?> FirstAsync(string? after, CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(RunLists.Dags, after, cancellation)) return DocumentPath.LastName(listed.Path[..(listed.Path.IndexOf('/', RunLists.Dags.Length) + 1)]);
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
}

/// <summary>A line of a list of runs.</summary>
internal sealed record ListedRun(string List, string Key, string ETag, RunIndexEntry Entry);

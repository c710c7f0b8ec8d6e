using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// Records that datasets have landed, and tells the DAGs that listen: first the event, then the word to each, then that all were told. So a
/// record that was cut short is made good by its repetition, and one that was not changes nothing. Thread-safe.
/// </summary>
public sealed class DatasetClient(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>Most events of a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Records what a task has made, whose names were checked when they were rendered.</summary>
    public async Task RecordAsync(RecordDatasets made, CancellationToken cancellation = default)
    {
        foreach (var output in made.Outputs.Distinct())
        {
            var attempt = made.Try.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await RecordAsync(new DatasetEvent
            {
                Id = DatasetEvent.IdOf(output.Dataset, output.Partition, made.RunId, made.TaskId, made.Place, attempt),
                Dataset = output.Dataset,
                Partition = output.Partition,
                RunId = made.RunId,
                TaskId = made.TaskId,
                At = made.At,
            }, cancellation);
        }
    }

    /// <summary>Reports from outside that a dataset has landed. Returns the event that holds: that of an earlier report of the same id, if there was one.</summary>
    /// <param name="output">What has landed.</param>
    /// <param name="id">Names the cause, so that a report repeated with it counts once; null for one that is like no other.</param>
    /// <param name="by">Who reports; null when unknown.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="DatasetErrors.NameRefused"/>.</exception>
    public Task<DatasetEvent> ReportAsync(DatasetOutput output, string? id = null, string? by = null, CancellationToken cancellation = default)
    {
        DatasetErrors.Checked(output);
        return RecordAsync(new DatasetEvent
        {
            Id = DatasetEvent.IdOf(output.Dataset, output.Partition, "report", id ?? Guid.NewGuid().ToString("N")),
            Dataset = output.Dataset,
            Partition = output.Partition,
            By = by,
            At = clock.GetUtcNow(),
        }, cancellation);
    }

    /// <summary>Names of all datasets that have landed or that a DAG listens to, in ordinal order of their paths.</summary>
    public async IAsyncEnumerable<string> NamesAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? after = null;
        while (true)
        {
            string? found = null;
            await foreach (var listed in store.ListAsync(DatasetPaths.All, after, cancellation))
            {
                found = listed.Path[..(listed.Path.IndexOf('/', DatasetPaths.All.Length) + 1)];
                break;
            }
            if (found is null) yield break;
            yield return DocumentPath.LastName(found);
            after = found + "~"; // After all that is under it: '~' is in no path.
        }
    }

    /// <summary>The last event of a partition, or of the whole; null when it has not landed.</summary>
    public async Task<DatasetEvent?> LatestAsync(string dataset, string? partition = null, CancellationToken cancellation = default) =>
        (await store.GetAsync<DatasetEvent>(DatasetPaths.Latest(dataset, partition), cancellation))?.Value;

    /// <summary>The last event of each partition, in order of their paths.</summary>
    public async IAsyncEnumerable<DatasetEvent> PartitionsAsync(string dataset, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(DatasetPaths.Partitions(dataset), null, cancellation))
            if (await ReadAsync(listed, cancellation) is { } latest) yield return latest;
    }

    /// <summary>A page of events, newest first.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="after">Where the last page ended (<see cref="DatasetListing.Next"/>); null for the newest.</param>
    /// <param name="count">Events wanted, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DatasetListing> EventsAsync(string dataset, string? after = null, int count = 100, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, MaxPage), count, nameof(count));
        var prefix = DatasetPaths.Events(dataset);
        var events = new List<DatasetEvent>();
        string? last = null;
        await foreach (var listed in store.ListAsync(prefix, after is null ? null : prefix + after, cancellation))
        {
            if (events.Count == count) return new(events, last);
            if (await ReadAsync(listed, cancellation) is { } found) events.Add(found);
            last = listed.Path[prefix.Length..];
        }
        return new(events, Next: null);
    }

    private async Task<DatasetEvent> RecordAsync(DatasetEvent landed, CancellationToken cancellation)
    {
        var path = DatasetPaths.Event(landed.Dataset, landed.Id);
        if (await store.PutAsync(path, landed, WriteCondition.IfAbsent, cancellation: cancellation) is null)
            landed = (await store.GetAsync<DatasetEvent>(path, cancellation))?.Value ?? landed;
        if (landed.Told) return landed;
        var told = landed with { Told = true };
        await store.PutAsync(DatasetPaths.Event(landed.Dataset, landed.At, landed.Id), Entry(told, WriteCondition.None), cancellation);
        await PutLatestAsync(told, cancellation);
        await foreach (var listener in store.ListAsync(DatasetPaths.Listeners(landed.Dataset), null, cancellation))
            await TellAsync(DocumentPath.LastName(listener.Path), landed, cancellation);
        await store.PutAsync(path, told, WriteCondition.None, cancellation: cancellation);
        return told;
    }

    private Task<bool> TellAsync(string dag, DatasetEvent landed, CancellationToken cancellation) => actors.TellAsync(new TellActor
    {
        Id = DagPaths.ActorOf(dag),
        EntryId = $"landed-{landed.Id}",
        Kind = DatasetLanded.Kind,
        Body = JsonSerializer.SerializeToElement(new DatasetLanded(landed.Id, landed.Dataset, landed.Partition, landed.RunId, landed.TaskId, landed.At), OrchestrationJson.Options),
    }, cancellation);

    private async Task PutLatestAsync(DatasetEvent landed, CancellationToken cancellation)
    {
        var path = DatasetPaths.Latest(landed.Dataset, landed.Partition);
        while (true)
        {
            var found = await store.GetAsync<DatasetEvent>(path, cancellation);
            if (found is not null && found.Value.At >= landed.At) return;
            if (await store.PutAsync(path, Entry(landed, found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag)), cancellation) is not null) return;
        }
    }

    private async Task<DatasetEvent?> ReadAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary ? JsonSerializer.Deserialize<DatasetEvent>(summary, OrchestrationJson.Options)
        : (await store.GetAsync<DatasetEvent>(listed.Path, cancellation))?.Value;

    private static DocumentWrite Entry(DatasetEvent landed, WriteCondition condition)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(landed, OrchestrationJson.Options);
        // A small event is its own summary, so that a listing reads it.
        return new() { Content = content, If = condition, Summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null };
    }
}

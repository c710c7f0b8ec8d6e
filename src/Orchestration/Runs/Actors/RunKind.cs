using System.Collections.Concurrent;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors that are runs.</summary>
public sealed class RunKind : IActorKind
{
    private const int MostPlaced = 10_000;

    /// <summary>Pages of a run above which its single tasks are not looked at when it ends: 2,000 instances.</summary>
    private const int MostPagesCounted = 10;

    private readonly PlanCache _plans = new();
    private readonly RunIndex _index;
    private readonly RunCounter _counter;
    private readonly RunReader _reader;
    private readonly IStateStore _store;
    private readonly int _partSize;
    private readonly RunNotices _notices;
    private readonly CountedEnds _ends = new();

    /// <summary>Where runs that are under way were last listed.</summary>
    private readonly ConcurrentDictionary<string, (int Generation, RunStatus Status)> _placed = new(StringComparer.Ordinal);

    /// <summary>Keeps the index of runs beside their documents.</summary>
    /// <param name="store">Where the documents are.</param>
    /// <param name="notices">Told when a document was stored.</param>
    /// <param name="partSize">Instances of one map above which it is split into parts; null for 200.</param>
    public RunKind(IStateStore store, RunNotices notices, int? partSize = null) =>
        (_store, _notices, _index, _counter, _reader, _partSize) = (store, notices, new RunIndex(store), new RunCounter(store), new RunReader(store), partSize ?? RunScope.DefaultPartSize);

    /// <inheritdoc/>
    public string Name => ActorKindNames.Run;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => request.GetProperty("dagHash").GetString();

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot)
    {
        var request = snapshot.Request.Deserialize<RunRequest>(OrchestrationJson.Options)!;
        var plan = _plans.Of(request.DagHash, snapshot.Spec!.Value, request.Operators);
        return new RunMachine(plan, RunScope.Of(request, plan, snapshot.Id, _partSize), request, snapshot.Head, snapshot.Pages);
    }

    /// <summary>The index learns of the end, of a new beginning, and that a run need no longer wait; for all else, whoever lists runs under way reads their heads.</summary>
    public async Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation)
    {
        if (summary is not null)
        {
            if (head.Final) await EndedAsync(id, head, summary, cancellation);
            else await OpenAsync(id, head, summary, cancellation);
        }
        _notices.Stored(DocumentPath.LastName(id.Path), head);
    }

    private async Task EndedAsync(ActorId id, ActorHead head, string summary, CancellationToken cancellation)
    {
        _placed.TryRemove(id.Path, out _);
        if (await RequestAsync(id, cancellation) is not { } request) return;
        var entry = EntryOf(request, head, summary);
        var wasOpened = head.Generation > 1;
        var listed = await _index.GetAsync(entry, cancellation);
        var mayBeQueued = wasOpened || listed?.Waits is true;
        // The entry comes after the figures: one of this revision says that the end is counted.
        if (listed is null || listed.Revision < entry.Revision) entry = await CountAsync(id, head, entry, listed?.Counted, cancellation);
        await _index.UpdateAsync(entry, cancellation);
        var status = entry.ReadSummary().Status;
        RunStatus[] from = [RunStatus.Running, .. mayBeQueued ? [RunStatus.Queued] : Array.Empty<RunStatus>(), .. wasOpened ? [RunStatus.Failed, RunStatus.Cancelled] : Array.Empty<RunStatus>()];
        await _index.MoveAsync(entry, status, from, cancellation);
        var body = head.Body.Deserialize<RunBody>(OrchestrationJson.Options)!;
        if (body.EndedAt is not { } ended || !_ends.IsNew(request.RunId, body.Opened, ended)) return;
        RunMetrics.Ended(request, body);
        RunTraces.Ended(request, body);
    }

    private async Task<RunIndexEntry> CountAsync(ActorId id, ActorHead head, RunIndexEntry entry, RunFigures? before, CancellationToken cancellation)
    {
        var body = head.Body.Deserialize<RunBody>(OrchestrationJson.Options)!;
        // Told something that changed nothing, it ends again as it had.
        if (body.EndedAt is not { } ended || (before is not null && before.EndedAt == ended && before.Status == body.Status && before.Tasks.SequenceEqual(body.Counts))) return entry with { Counted = before };
        var instances = head.Pages > MostPagesCounted ? [] : await _reader.PagesAsync(id, head.Pages, cancellation).ToListAsync(cancellation);
        var end = RunEnd.Of(entry.RunId, body, ended, instances, before?.EndedAt);
        await _counter.CountAsync(entry, end, before, cancellation);
        return entry with { Counted = end.Figures };
    }

    private async Task OpenAsync(ActorId id, ActorHead head, string summary, CancellationToken cancellation)
    {
        var wasOpened = head.Generation > 1;
        // Only what had to wait for a slot, or had ended, is listed elsewhere than it was at first.
        if (!wasOpened && !(head.Body.TryGetProperty("holdsSlot", out var holds) && holds.ValueKind is JsonValueKind.True)) return;
        var status = head.Body.GetProperty("status").Deserialize<RunStatus>(OrchestrationJson.Options);
        // What has ended and owes something yet is listed once it is final: an entry of an end says that it is counted.
        if (status is RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled) return;
        if (status is RunStatus.Paused) status = RunStatus.Running;
        // What this process has not seen is done again, which does no harm.
        if (_placed.TryGetValue(id.Path, out var placed) && placed == (head.Generation, status)) return;
        if (await RequestAsync(id, cancellation) is not { } request) return;
        var entry = EntryOf(request, head, summary);
        if (wasOpened) await _index.UpdateAsync(entry, cancellation);
        await _index.MoveAsync(entry, status, wasOpened ? [RunStatus.Queued, RunStatus.Running, RunStatus.Failed, RunStatus.Cancelled] : [RunStatus.Queued], cancellation);
        // Runs that end in another process are never taken out.
        if (_placed.Count >= MostPlaced) _placed.Clear();
        _placed[id.Path] = (head.Generation, status);
    }

    private async Task<RunRequest?> RequestAsync(ActorId id, CancellationToken cancellation) =>
        (await _store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation))?.Value.Body.Deserialize<RunRequest>(OrchestrationJson.Options);

    private static RunIndexEntry EntryOf(RunRequest request, ActorHead head, string summary) => RunIndexEntry.Of(request, head.Revision, JsonSerializer.Deserialize<JsonElement>(summary));
}

using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Reads the documents of runs. What it returns may be a second old while a run is under way.</summary>
public sealed class RunReader(IStateStore store)
{
    private readonly RunIndex _index = new(store);

    /// <summary>Runs, newest first, with their present state; of one DAG or of all.</summary>
    public IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListAsync(string? dag = null, CancellationToken cancellation = default) =>
        ListAsync(after => _index.ListAsync(dag, after, 100, cancellation), cancellation);

    /// <summary>Runs that are about something, of all DAGs, newest first, with their present state.</summary>
    public IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListByKeyAsync(string businessKey, CancellationToken cancellation = default) =>
        ListAsync(after => _index.ListByKeyAsync(businessKey, after, 100, cancellation), cancellation);

    private async IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListAsync(Func<string?, Task<RunListing>> list, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var page = await list(after);
            foreach (var entry in page.Entries)
            {
                var summary = entry.Summary.Deserialize<RunSummary>(OrchestrationJson.Options)!;
                if (summary.EndedAt is null)
                {
                    if (await GetAsync(entry.RunId, cancellation) is not { } run || run.Request.CreatedAt != entry.CreatedAt) continue;
                    summary = RunSummary.Of(run.Request, run.Body);
                }
                yield return (entry, summary);
            }
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>What a run was asked; null when there is no such run.</summary>
    public async Task<RunRequest?> RequestAsync(string runId, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorRequest>(ActorPaths.Request(RunPaths.Of(runId)), cancellation))?.Value.Body.Deserialize<RunRequest>(OrchestrationJson.Options);

    /// <summary>The head of a run's document; null when there is no such run. A run that has just been acknowledged is queued.</summary>
    public async Task<RunView?> GetAsync(string runId, CancellationToken cancellation = default)
    {
        if (await RequestAsync(runId, cancellation) is not { } request) return null;
        var head = (await store.GetAsync<ActorHead>(ActorPaths.Head(RunPaths.Of(runId)), cancellation))?.Value;
        return new RunView(request, head is { Revision: > 0 } ? Read<RunBody>(head.Body) : new RunBody { Status = RunStatus.Queued }, head?.Revision ?? 0, head?.Final ?? false, head?.Pages ?? 0);
    }

    /// <summary>The state of a run; queued while nothing is stored of it yet.</summary>
    public async Task<RunStatus> StatusAsync(ActorId run, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorHead>(ActorPaths.Head(run), cancellation))?.Value is { Revision: > 0 } head ? head.Body.GetProperty("status").Deserialize<RunStatus>(OrchestrationJson.Options) : RunStatus.Queued;

    /// <summary>The task instances of a run that are there, those of its parts included, in no particular order.</summary>
    public async IAsyncEnumerable<InstanceDocument> InstancesAsync(RunView run, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var instance in PagesAsync(RunPaths.Of(run.Request.RunId), run.Pages, cancellation)) yield return instance;
        foreach (var part in run.Body.Maps.SelectMany(map => map.Parts).Where(part => part is { Shown: true, Started: true }))
            await foreach (var instance in PartAsync(run.Request.RunId, part, cancellation)) yield return instance;
    }

    /// <summary>The task instances of a part.</summary>
    internal async IAsyncEnumerable<InstanceDocument> PartAsync(string runId, PartDocument part, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var id = RunPaths.PartOf(runId, part.Name);
        if ((await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation))?.Value is not { } head) yield break;
        await foreach (var instance in PagesAsync(id, head.Pages, cancellation)) yield return instance;
    }

    /// <summary>The task instances on an actor's own pages.</summary>
    internal async IAsyncEnumerable<InstanceDocument> PagesAsync(ActorId id, int pages, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 0; number < pages; number++)
        {
            if (await store.GetAsync<StoredPage>(ActorPaths.Page(id, number), cancellation) is not { } page) continue;
            foreach (var instance in Read<InstancePage>(page.Value.Content).Instances)
                if (instance.Shown) yield return instance;
        }
    }

    private static T Read<T>(JsonElement json) => json.Deserialize<T>(OrchestrationJson.Options)!;
}

/// <summary>A run as its document has it.</summary>
/// <param name="Request">What it was asked.</param>
/// <param name="Body">How it stands.</param>
/// <param name="Revision">Counts its changes.</param>
/// <param name="Final">Whether it has ended, and all of it is stored.</param>
/// <param name="Pages">Pages of its task instances.</param>
public sealed record RunView(RunRequest Request, RunBody Body, long Revision, bool Final, int Pages);

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors that are runs.</summary>
public sealed class RunKind : IActorKind
{
    private readonly PlanCache _plans = new();
    private readonly RunIndex _index;
    private readonly IStateStore _store;
    private readonly int _partSize;
    private readonly RunNotices _notices;
    private readonly CountedEnds _ends = new();

    /// <summary>Keeps the index of runs beside their documents.</summary>
    /// <param name="store">Where the documents are.</param>
    /// <param name="notices">Told when a document was stored.</param>
    /// <param name="partSize">Instances of one map above which it is split into parts; null for 200.</param>
    public RunKind(IStateStore store, RunNotices notices, int? partSize = null) =>
        (_store, _notices, _index, _partSize) = (store, notices, new RunIndex(store), partSize ?? RunScope.DefaultPartSize);

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

    /// <summary>The index learns of the end; whoever lists runs under way reads their heads.</summary>
    public async Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation)
    {
        if (!head.Final || summary is null)
        {
            _notices.Stored(DocumentPath.LastName(id.Path), head);
            return;
        }
        var request = (await _store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation))?.Value.Body.Deserialize<RunRequest>(OrchestrationJson.Options);
        if (request is null) return;
        await _index.PutAsync(new RunIndexEntry(request.RunId, request.Dag, request.CreatedAt, head.Revision, JsonSerializer.Deserialize<JsonElement>(summary)) { BusinessKey = request.BusinessKey }, cancellation);
        var body = head.Body.Deserialize<RunBody>(OrchestrationJson.Options)!;
        if (body.EndedAt is { } ended && _ends.IsNew(request.RunId, body.Opened, ended)) RunMetrics.Ended(request, body);
        _notices.Stored(request.RunId, head);
    }
}

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors that drive one attempt of a remote job, or of a sensor.</summary>
/// <param name="store">Where the documents are; null where ends are not counted.</param>
public sealed class JobKind(IStateStore? store = null) : IActorKind
{
    private readonly CountedEnds _ends = new();

    /// <inheritdoc/>
    public string Name => ActorKindNames.Job;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => null;

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot) =>
        new JobMachine(snapshot.Request.Deserialize<JobRequest>(OrchestrationJson.Options)!, snapshot.Head is { Revision: > 0 } head ? head.Body.Deserialize<JobState>(OrchestrationJson.Options)! : new());

    /// <summary>The parent goes on as after any failed try.</summary>
    public TellActor? WhenSetAside(ActorId id, JsonElement request, string reason) =>
        JobMachine.Tell(request.Deserialize<JobRequest>(OrchestrationJson.Options)!, new() { Outcome = AttemptOutcome.Failed, Code = RunErrors.Broken, Reason = reason.Length <= 300 ? reason : reason[..299] + "…" });

    /// <summary>An attempt that no worker held has ended: it is counted here, once.</summary>
    public async Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation)
    {
        if (store is null || !head.Final || JobState.Read(head.Body).Result is not { } result || !_ends.IsNew(id.Path, 0, default)) return;
        if ((await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation))?.Value.Body.Deserialize<JobRequest>(OrchestrationJson.Options) is not { } job) return;
        var run = await new RunReader(store).RequestAsync(job.Attempt.RunId, cancellation);
        AttemptRecord.Ended(run, job.Attempt, result, worked: false, result.EndedAt ?? result.StartedAt ?? DateTimeOffset.MinValue);
    }
}

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors that drive one attempt of a remote job, or of a sensor.</summary>
public sealed class JobKind : IActorKind
{
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

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}

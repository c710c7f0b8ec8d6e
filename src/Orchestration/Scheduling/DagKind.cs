using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors of published DAGs.</summary>
public sealed class DagKind : IActorKind
{
    /// <inheritdoc/>
    public string Name => ActorKindNames.Dag;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => null;

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot) => new DagMachine(snapshot.Request.Deserialize<DagRequest>(OrchestrationJson.Options)!.Dag, snapshot.Head, snapshot.Pages);

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>What the actor of a DAG is asked.</summary>
/// <param name="Dag">The DAG's name.</param>
public sealed record DagRequest(string Dag);

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors that own some instances of a large map.</summary>
public sealed class PartKind : IActorKind
{
    private readonly PlanCache _plans = new();

    /// <inheritdoc/>
    public string Name => ActorKindNames.Part;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => request.GetProperty("dagHash").GetString();

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot)
    {
        var request = snapshot.Request.Deserialize<PartRequest>(OrchestrationJson.Options)!;
        var plan = _plans.Of(request.DagHash, snapshot.Spec!.Value, request.Operators);
        var scope = new RunScope
        {
            RunId = request.RunId,
            Dag = request.Dag,
            DagHash = request.DagHash,
            Self = snapshot.Id,
            RunPath = request.RunPath,
            Lane = request.Lane,
            Operators = request.Operators,
            Root = request.Root,
            Previous = request.Previous,
            LogicalDate = request.LogicalDate,
            Part = request,
        };
        return new PartMachine(plan, scope, snapshot.Head, snapshot.Pages);
    }

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}

using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Actors of backfills.</summary>
public sealed class BackfillKind : IActorKind
{
    /// <inheritdoc/>
    public string Name => ActorKindNames.Backfill;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => null;

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot) => new BackfillMachine(snapshot.Id, snapshot.Request.Deserialize<BackfillRequest>(OrchestrationJson.Options)!, snapshot.Head);

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Where backfills lie.</summary>
public static class BackfillPaths
{
    /// <summary>Under it, the ids of all backfills, newest first.</summary>
    public const string Index = "index/backfills/";

    /// <summary>The actor of a backfill.</summary>
    public static ActorId Of(string id) => new(ActorKindNames.Backfill, "backfills/" + DocumentPath.Of(id));

    /// <summary>A backfill's place in the index.</summary>
    public static string Entry(DateTimeOffset createdAt, string id) => Index + DocumentPath.Of(DocumentPath.NewestFirst(createdAt), id);
}

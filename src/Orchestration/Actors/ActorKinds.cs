namespace Updraft.Orchestration;

/// <summary>The kinds of actors that a host runs.</summary>
public sealed class ActorKinds(params IEnumerable<IActorKind> kinds)
{
    private readonly Dictionary<string, IActorKind> _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The kind of an actor.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="ActorErrors.UnknownKind"/>.</exception>
    public IActorKind Of(ActorId id) => _kinds.TryGetValue(id.Kind, out var kind) ? kind : throw ActorErrors.KindOf(id);
}

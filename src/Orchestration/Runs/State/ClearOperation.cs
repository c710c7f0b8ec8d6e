using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Instances that go back to none together, once the last of their work is dead.</summary>
internal sealed class ClearOperation(string id)
{
    /// <summary>The command's id.</summary>
    public string Id { get; } = id;

    public HashSet<TaskInstance> Instances { get; } = [];

    /// <summary>Maps whose lists are made anew.</summary>
    public HashSet<Expansion> Reopen { get; } = [];

    /// <summary>Tasks that are reached in maps in parts: true for all their instances, false for some, which the parts alone know.</summary>
    public Dictionary<(Expansion Map, PlanTask Task), bool> InParts { get; } = [];

    /// <summary>Setups and teardowns in maps in parts that go with what is cleared outside, whatever their state.</summary>
    public HashSet<(Expansion Map, PlanTask Task)> CleaningUp { get; } = [];

    /// <summary>Tasks in maps in parts that are met from outside, of which what never ran is decided anew.</summary>
    public HashSet<(Expansion Map, PlanTask Task)> AnewInParts { get; } = [];

    /// <summary>Instances whose work is not dead yet.</summary>
    public int Waiting { get; set; }

    /// <summary>Adds a task of a map in parts. False when no more of it is reached than was before.</summary>
    public bool Reach(Expansion map, PlanTask task, bool all)
    {
        if (InParts.TryGetValue((map, task), out var known) && (known || !all)) return false;
        InParts[(map, task)] = all;
        return true;
    }

    /// <summary>Ids of the tasks of a map in parts of which what never ran is decided anew; null for none.</summary>
    public ImmutableArray<string>? AnewIn(Expansion map) =>
        AnewInParts.Where(each => each.Map == map).Select(each => each.Task.Id).Order(StringComparer.Ordinal).ToImmutableArray() is { Length: > 0 } anew ? anew : null;

    /// <summary>Maps in parts of which something is reached.</summary>
    public IEnumerable<Expansion> Maps => InParts.Keys.Concat(CleaningUp).Concat(AnewInParts).Select(each => each.Map).Distinct();
}

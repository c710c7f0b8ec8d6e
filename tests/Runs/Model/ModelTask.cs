using Updraft.Dags;

namespace Updraft.Runs;

/// <summary>A task of a random DAG, as the reference model knows it.</summary>
internal sealed record ModelTask(string Id)
{
    public TaskKind Kind { get; init; }

    public TriggerRule Rule { get; init; }

    public int Retries { get; init; }

    /// <summary>The mapped group that it is in; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>How many mapped instances there are; null when it is not mapped.</summary>
    public int? Items { get; init; }

    /// <summary>The setup whose work it cleans up; null for other tasks.</summary>
    public string? CleansUp { get; init; }

    /// <summary>Whether it may wait for a slot of a pool or of its map. It never hangs then, so that nobody waits for ever.</summary>
    public bool HasPool { get; init; }

    /// <summary>Direct upstreams.</summary>
    public List<string> After { get; } = [];

    /// <summary>What a branch follows: one list when its world is in order, the other when it is not. A short-circuit skips when it is not.</summary>
    public (string[] Usually, string[] Otherwise) Follows { get; set; } = ([], []);

    public bool IsTeardown => CleansUp is not null;

    public IEnumerable<string> Instances => Items is { } items ? Enumerable.Range(0, items).Select(key => $"{Id}[{key}]") : [Id];
}

/// <summary>A random DAG: what is run, and what the reference model knows of it.</summary>
internal sealed class ModelDag
{
    private readonly Dictionary<string, HashSet<string>> _above = [];

    public string Describe() => string.Join("; ", Tasks.Select(task => $"{task.Id}{(task.Items is { } items ? $"[{items}]" : "")} {task.Kind} {task.Rule}{(task.HasPool ? " pool" : "")} retries {task.Retries} after {string.Join(' ', task.After)}"));

    public required DagSpec Spec { get; init; }

    public required IReadOnlyList<ModelTask> Tasks { get; init; }

    public ModelTask this[string id] => Tasks.Single(task => task.Id == id);

    public HashSet<string> Above(string id)
    {
        if (_above.TryGetValue(id, out var above)) return above;
        return _above[id] = [.. Waits(this[id]).SelectMany(upstream => Above(upstream).Append(upstream))];
    }

    /// <summary>Direct upstreams, and for a teardown all the work that it cleans up after.</summary>
    public IEnumerable<string> Waits(ModelTask task) => task.CleansUp is { } setup
        ? task.After.Append(setup).Concat(task.After.SelectMany(Above).Where(id => Above(id).Contains(setup))).Distinct()
        : task.After;

    /// <summary>Whether a branch that follows these leaves a task to its rule.</summary>
    public bool IsChosen(string task, IEnumerable<string> follows) =>
        Tasks.Where(each => follows.Contains(each.Id) || (each.Group is not null && follows.Contains(each.Group))).Any(each => each.Id == task || Above(task).Contains(each.Id));

    public bool IsLeaf(ModelTask task) => !task.IsTeardown && !Tasks.Any(each => !each.IsTeardown && each.After.Contains(task.Id));

    /// <summary>Setups and teardowns that go with a task.</summary>
    public IEnumerable<string> CleaningUp(ModelTask task) => Tasks.Where(each => each.IsTeardown && each.Id != task.Id && Waits(each).Contains(task.Id)).SelectMany(each => (string[])[each.Id, each.CleansUp!]).Where(id => id != task.Id);
}

using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>One task: what it does, what it waits for, and how it may fail.</summary>
public sealed record TaskSpec
{
    /// <summary>The task's full id: its group's id, a dot, its own name; the own name alone at the top.</summary>
    public required string Id { get; init; }

    /// <summary>Full id of the enclosing group; null at the top.</summary>
    public string? Group { get; init; }

    /// <summary>Name of the operator that does the work, as in <c>shell</c> or <c>code</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>The operator's own fields: a JSON object that fits the operator's manifest. String values may hold templates.</summary>
    public required JsonElement With { get; init; }

    /// <summary>Full ids of the tasks and groups that this task waits for: its direct upstreams.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>What the states of the direct upstreams must be. Default <see cref="TriggerRule.AllSuccess"/>.</summary>
    public TriggerRule TriggerRule { get; init; } = TriggerRule.AllSuccess;

    /// <summary>What the task's output decides about its downstreams. Default <see cref="TaskKind.Work"/>.</summary>
    public TaskKind Kind { get; init; } = TaskKind.Work;

    /// <summary>For a short-circuit: only direct downstreams are skipped, the rest goes by its own rule. Default false.</summary>
    public bool RespectTriggerRules { get; init; }

    /// <summary>Whether this task creates what a teardown deletes. Default false.</summary>
    public bool Setup { get; init; }

    /// <summary>Makes this task a teardown; null for any other task.</summary>
    public TeardownSpec? Teardown { get; init; }

    /// <summary>One instance per item; null for a plain task.</summary>
    public MapSpec? Map { get; init; }

    /// <summary>Attempts after the first, and the waits between them.</summary>
    public RetrySpec Retry { get; init; } = RetrySpec.None;

    /// <summary>Bound of one attempt, from the start of its work; null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Bound of the task over all its tries, waits between tries included and pool waits not; null for none.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Shared limits that an attempt takes slots of. Empty by default.</summary>
    public ImmutableArray<PoolUse> Pools { get; init; } = [];

    /// <summary>A limit per key, as "at most n per customer"; null for none.</summary>
    public KeyLimit? Limit { get; init; }

    /// <summary>Who comes first in a full pool: the higher number. Default 0.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the task starts only once the same task of the run of the tick before has succeeded or was skipped. Default false.</summary>
    public bool DependsOnPast { get; init; }

    /// <summary>What a success of the task means for others: datasets that it has made. Empty by default.</summary>
    public ImmutableArray<DatasetOutput> Produces { get; init; } = [];

    /// <summary>When the task counts as late, which alerts once; null for never.</summary>
    public DueSpec? Due { get; init; }

    /// <summary>What is done when the task has ended, is tried again or is late. Empty by default.</summary>
    public Callbacks Callbacks { get; init; } = Callbacks.None;

    /// <summary>What the work needs to run on; null leaves it to the host.</summary>
    public ComputeProfile? Compute { get; init; }

    /// <summary>Labels for search and display, without templates: they are of the DAG and not of a run. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Empty.Strings;

    /// <summary>What the task is for; null when the author says nothing.</summary>
    public string? Description { get; init; }
}

/// <summary>What a task's output decides about its downstreams.</summary>
public enum TaskKind
{
    /// <summary>Nothing: the output is data.</summary>
    Work,

    /// <summary>The output is the id, or a list of ids, of the direct downstreams to follow; the others are skipped.</summary>
    Branch,

    /// <summary>A false, null, zero or empty output skips what is downstream.</summary>
    ShortCircuit,
}

/// <summary>What makes a task a teardown.</summary>
public sealed record TeardownSpec
{
    /// <summary>Full ids of the setups whose work this task cleans up; empty when it cleans up after its direct upstreams.</summary>
    public ImmutableArray<string> Of { get; init; } = [];

    /// <summary>Whether its failure counts for the outcome of the run. Default false.</summary>
    public bool Counts { get; init; }
}

/// <summary>Attempts after the first.</summary>
public sealed record RetrySpec
{
    /// <summary>No retries.</summary>
    public static readonly RetrySpec None = new();

    /// <summary>How many attempts may follow the first, 0 to 1,000. Default 0.</summary>
    public int Retries { get; init; }

    /// <summary>Wait before the first retry. Default 10 seconds.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Factor by which each further wait grows, 1 to 10. Default 1.</summary>
    public double Backoff { get; init; } = 1;

    /// <summary>Longest wait. Default 1 hour.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Slots taken of a named pool while an attempt runs.</summary>
/// <param name="Pool">The pool's name, <c>[A-Za-z0-9_.-]{1,64}</c>.</param>
/// <param name="Slots">How many, 1 or more. Default 1.</param>
public sealed record PoolUse(string Pool, int Slots = 1);

/// <summary>At most <paramref name="Max"/> instances of this task at once, over all runs, for each value of <paramref name="Key"/>.</summary>
/// <param name="Key">Template that yields the key, as in <c>{{ item.customer }}</c>.</param>
/// <param name="Max">1 or more.</param>
public sealed record KeyLimit(string Key, int Max);

/// <summary>What the work needs to run on. Null fields leave the choice to the host.</summary>
public sealed record ComputeProfile
{
    /// <summary>Processor cores, above 0.</summary>
    public double? Cpu { get; init; }

    /// <summary>Memory in mebibytes, above 0.</summary>
    public int? MemoryMb { get; init; }

    /// <summary>Graphics processors, 0 or more.</summary>
    public int? Gpu { get; init; }

    /// <summary>Container image; may be a template.</summary>
    public string? Image { get; init; }

    /// <summary>Labels that a node must have; their values may be templates.</summary>
    public ImmutableSortedDictionary<string, string> NodeSelector { get; init; } = Empty.Strings;

    /// <summary>Taints that the work tolerates, as in <c>gpu=true:NoSchedule</c>.</summary>
    public ImmutableArray<string> Tolerations { get; init; } = [];

    /// <summary>Environment variables of the work; their values may be templates, also of secrets.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = Empty.Strings;

    /// <summary>Names of the fields that ask for something, as authors write them.</summary>
    public IEnumerable<string> Asked()
    {
        if (Cpu is not null) yield return "cpu";
        if (MemoryMb is not null) yield return "memory_mb";
        if (Gpu > 0) yield return "gpu";
        if (Image is not null) yield return "image";
        if (!NodeSelector.IsEmpty) yield return "node_selector";
        if (!Tolerations.IsEmpty) yield return "tolerations";
        if (Environment is { IsEmpty: false }) yield return "environment";
    }
}

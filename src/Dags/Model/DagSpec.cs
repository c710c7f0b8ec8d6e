using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>
/// The whole of a DAG as immutable data. It has one canonical JSON form (<c>DagJson</c>) and is named by that form's SHA-256;
/// every way of authoring (C#, YAML) ends here, and everything that runs a DAG starts here.
/// </summary>
public sealed record DagSpec
{
    /// <summary>The default of <see cref="Lane"/>.</summary>
    public const string DefaultLane = "default";

    /// <summary>The DAG's name, <c>[A-Za-z0-9_.-]{1,64}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the DAG is for; null when the author says nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Labels given to every run; the values are templates over params and conf. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Empty.Strings;

    /// <summary>What a run may be given as conf, by name. Conf with other names is refused.</summary>
    public ImmutableSortedDictionary<string, ParamSpec> Params { get; init; } = Empty.Params;

    /// <summary>When runs start by themselves; null for a DAG that is only triggered.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Runs of this DAG under way at once, 1 or more; null for 16 with a schedule and no limit without.</summary>
    public int? MaxActiveRuns { get; init; }

    /// <summary>Task instances at work at once within one run, 1 or more; null for no limit.</summary>
    public int? MaxActiveTasks { get; init; }

    /// <summary>Which tasks decide whether a run succeeded. Default <see cref="OutcomePolicy.Leaves"/>.</summary>
    public OutcomePolicy Outcome { get; init; } = OutcomePolicy.Leaves;

    /// <summary>How long a run may take from its start; null for no limit.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>The workers that run this DAG. Default <c>default</c>.</summary>
    public string Lane { get; init; } = DefaultLane;

    /// <summary>Runs that may wait for a run slot, 0 or more; a further one is refused. Null for no limit.</summary>
    public int? MaxQueuedRuns { get; init; }

    /// <summary>The DAG pauses itself after so many failed runs in a row, 1 or more; null for never.</summary>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Whether a run starts only once the run of the tick before it has succeeded. Default false.</summary>
    public bool DependsOnPast { get; init; }

    /// <summary>Template over params that names what a run is about, as in <c>{{ params.user_id }}</c>: events find runs by it. Null for none.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>When a run counts as late, which alerts once; null for never.</summary>
    public DueSpec? Due { get; init; }

    /// <summary>What is done when a run has ended or is late. Empty by default.</summary>
    public Callbacks Callbacks { get; init; } = Callbacks.None;

    /// <summary>How long what runs leave behind is kept; null for the host's policy.</summary>
    public RetentionSpec? Retention { get; init; }

    /// <summary>Names of the operators that its tasks and callbacks use.</summary>
    public IEnumerable<string> OperatorNames() => Tasks.Select(task => task.Operator).Concat(Tasks.Select(task => task.Callbacks).Prepend(Callbacks).SelectMany(callbacks => callbacks.OperatorNames())).Distinct(StringComparer.Ordinal);

    /// <summary>Task groups, outer before inner.</summary>
    public ImmutableArray<GroupSpec> Groups { get; init; } = [];

    /// <summary>Tasks in the order in which the author wrote them; at least one.</summary>
    public required ImmutableArray<TaskSpec> Tasks { get; init; }
}

/// <summary>Which tasks decide the outcome of a run (<c>semantics.md</c>, "Outcome of a run").</summary>
public enum OutcomePolicy
{
    /// <summary>The run failed if any leaf failed or has a failed upstream.</summary>
    Leaves,

    /// <summary>The run failed if any task failed or has a failed upstream.</summary>
    All,
}

internal static class Empty
{
    public static readonly ImmutableSortedDictionary<string, string> Strings = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    public static readonly ImmutableSortedDictionary<string, ParamSpec> Params = ImmutableSortedDictionary.Create<string, ParamSpec>(StringComparer.Ordinal);
}

using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// Builds a DAG in C#. Tasks and groups are added to it and joined by arrows; <see cref="Build"/> yields the DAG as data, which says the same
/// as YAML that reads the same.
/// </summary>
/// <param name="name">The DAG's name, <c>[A-Za-z0-9_.-]{1,64}</c>.</param>
public sealed class DagBuilder(string name) : ITaskScope
{
    private readonly List<TaskNode> _tasks = [];
    private readonly List<GroupNode> _groups = [];
    private DagSpec _spec = new() { Name = name, Tasks = [] };

    /// <summary>What the DAG is for; null when the author says nothing.</summary>
    public string? Description { get; init; }

    /// <summary>When runs start by themselves; null for a DAG that is only triggered.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Runs under way at once, 1 or more; null for 16 with a schedule and no limit without.</summary>
    public int? MaxActiveRuns { get; init; }

    /// <summary>Task instances at work at once within one run, 1 or more; null for no limit.</summary>
    public int? MaxActiveTasks { get; init; }

    /// <summary>Which tasks decide whether a run succeeded. Default <see cref="OutcomePolicy.Leaves"/>.</summary>
    public OutcomePolicy Outcome { get; init; } = OutcomePolicy.Leaves;

    /// <summary>How long a run may take from its start; null for no limit.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>The workers that run this DAG. Default <c>default</c>.</summary>
    public string Lane { get; init; } = DagSpec.DefaultLane;

    DagBuilder ITaskScope.Dag => this;

    string? ITaskScope.Scope => null;

    /// <summary>Adds a label, given to every run.</summary>
    public DagBuilder Label(string name, string value)
    {
        _spec = _spec with { Labels = _spec.Labels.SetItem(name, value) };
        return this;
    }

    /// <summary>Adds a param, which a run must be given. Yields the template that reads it: <c>{{ params.NAME }}</c>.</summary>
    /// <param name="name">The param's name.</param>
    /// <param name="schema">JSON schema of the value, as in <c>new { type = "integer", minimum = 1 }</c>; null accepts any JSON.</param>
    /// <param name="description">What the value means; null to say nothing.</param>
    /// <param name="indexed">Whether runs can be searched by this value. Default false.</param>
    public string RequiredParam(string name, object? schema = null, string? description = null, bool indexed = false) =>
        Add(name, new ParamSpec { Schema = Schema(schema), Description = description, Indexed = indexed });

    /// <summary>Adds a param with the value that a run gets when it is given none. Yields the template that reads it: <c>{{ params.NAME }}</c>.</summary>
    /// <param name="name">The param's name.</param>
    /// <param name="default">The value when the trigger gives none; null is a value too.</param>
    /// <param name="schema">JSON schema of the value, as in <c>new { type = "integer", minimum = 1 }</c>; null accepts any JSON.</param>
    /// <param name="description">What the value means; null to say nothing.</param>
    /// <param name="indexed">Whether runs can be searched by this value. Default false.</param>
    public string Param(string name, object? @default, object? schema = null, string? description = null, bool indexed = false) =>
        Add(name, new ParamSpec { Default = BuilderJson.Of(@default), Schema = Schema(schema), Description = description, Indexed = indexed });

    /// <summary>Several tasks and groups as one side of an arrow: <c>dag.All(a, b) >> c</c>.</summary>
    public DagNode All(params ReadOnlySpan<DagNode> nodes) => Own(NodeList.Create(nodes));

    /// <summary>
    /// States the arrows of the DAG: <c>dag.Link(a >> b >> c, a >> [d, e])</c>. C# takes no arrow as a statement of its own; the arrows are
    /// drawn where they are written, and this gives them a place.
    /// </summary>
    public DagBuilder Link(params ReadOnlySpan<DagNode> arrows)
    {
        foreach (var end in arrows) Own(end);
        return this;
    }

    /// <summary>The DAG as data. What it means is not judged here.</summary>
    public DagSpec Build() => DagOrder.Sort(_spec with
    {
        Description = Description,
        Schedule = Schedule,
        MaxActiveRuns = MaxActiveRuns,
        MaxActiveTasks = MaxActiveTasks,
        Outcome = Outcome,
        RunTimeout = RunTimeout,
        Lane = Lane,
        Tasks = [.. _tasks.Select(task => task.Build())],
        Groups = [.. _groups.Select(group => group.Build())],
    });

    internal TaskNode Add(TaskNode task)
    {
        _tasks.Add(task);
        return task;
    }

    internal GroupNode Add(GroupNode group)
    {
        _groups.Add(group);
        return group;
    }

    private static JsonElement? Schema(object? schema) => schema is null ? null : BuilderJson.Schema(schema);

    private string Add(string name, ParamSpec param)
    {
        _spec = _spec with { Params = _spec.Params.SetItem(name, param) };
        return $"{{{{ {new TemplateReference(TemplateRoot.Params, name)} }}}}";
    }

    private DagNode Own(DagNode nodes) => nodes.Nodes.FirstOrDefault(node => node.Dag != this) is { } foreign
        ? throw new UpdraftException(DagErrors.UnknownUpstream, $"'{foreign.Id}' belongs to another DAG than '{_spec.Name}': use the nodes of one DagBuilder")
        : nodes;
}

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

    /// <summary>Template over <c>params</c> and <c>conf</c> that names what a run is about, as in <c>{{ params.user_id }}</c>; null for none.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>When runs start by themselves; null for a DAG that is only triggered.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Runs under way at once, 1 or more; null for 16 with a schedule and no limit without.</summary>
    public int? MaxActiveRuns { get; init; }

    /// <summary>Runs that may wait for one under way to end, 0 or more; a further one is refused. Null for no limit.</summary>
    public int? MaxQueuedRuns { get; init; }

    /// <summary>Task instances at work at once within one run, 1 or more; null for no limit.</summary>
    public int? MaxActiveTasks { get; init; }

    /// <summary>Whether a run starts only once the run of the tick before has succeeded. Default false.</summary>
    public bool DependsOnPast { get; init; }

    /// <summary>The DAG pauses itself after so many failed runs in a row, 1 or more; null for never.</summary>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Which tasks decide whether a run succeeded. Default <see cref="OutcomePolicy.Leaves"/>.</summary>
    public OutcomePolicy Outcome { get; init; } = OutcomePolicy.Leaves;

    /// <summary>How long a run may take from its start; null for no limit.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>When a run counts as late, which alerts once; null for never.</summary>
    public DueSpec? Due { get; init; }

    /// <summary>The workers that run this DAG. Default <c>default</c>.</summary>
    public string Lane { get; init; } = DagSpec.DefaultLane;

    /// <summary>How long what runs leave behind is kept; null for the host's policy.</summary>
    public RetentionSpec? Retention { get; init; }

    DagBuilder ITaskScope.Dag => this;

    string? ITaskScope.Scope => null;

    /// <summary>Adds a label, given to every run; the value may be a template over params and conf.</summary>
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

    /// <summary>Adds what is done when a run has succeeded.</summary>
    /// <inheritdoc cref="TaskNode.OnSuccess" path="/param"/>
    public DagBuilder OnSuccess(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Success, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when a run has failed, which a cancelled one has not.</summary>
    /// <inheritdoc cref="TaskNode.OnSuccess" path="/param"/>
    public DagBuilder OnFailure(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Failure, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when a run is late, as <see cref="Due"/> says.</summary>
    /// <inheritdoc cref="TaskNode.OnSuccess" path="/param"/>
    public DagBuilder OnLate(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Late, BuilderJson.Callback(@operator, with, retry, timeout));

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

    /// <summary>The DAG as data, with the waits that its SQL declares. What it means is not judged here.</summary>
    /// <exception cref="UpdraftException"><see cref="DagErrors.BadWaitMark"/>: SQL declares a wait that cannot be read.</exception>
    public DagSpec Build()
    {
        var grown = DsWaits.Grow(Written());
        return grown.Problems.IsEmpty
            ? DagOrder.Sort(grown.Dag)
            : throw Problems.ToException([.. grown.Problems.Select(problem => new Problem(DagErrors.BadWaitMark, new Place(problem.Path), problem.Message))]);
    }

    private DagSpec Written() => _spec with
    {
        Description = Description,
        Schedule = Schedule,
        MaxActiveRuns = MaxActiveRuns,
        MaxQueuedRuns = MaxQueuedRuns,
        MaxActiveTasks = MaxActiveTasks,
        BusinessKey = BusinessKey,
        DependsOnPast = DependsOnPast,
        PauseAfterFailures = PauseAfterFailures,
        Outcome = Outcome,
        RunTimeout = RunTimeout,
        Due = Due,
        Lane = Lane,
        Retention = Retention,
        Tasks = [.. _tasks.Select(task => task.Build())],
        Groups = [.. _groups.Select(group => group.Build())],
    };

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

    private DagBuilder Add(CallbackKind kind, CallbackSpec callback)
    {
        _spec = _spec with { Callbacks = _spec.Callbacks.Add(kind, callback) };
        return this;
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

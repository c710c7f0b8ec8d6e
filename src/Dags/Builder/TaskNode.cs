using System.Text.Json;

namespace Updraft.Dags;

/// <summary>A task that is being built. Each method sets one thing and yields the task, so that they chain.</summary>
public sealed class TaskNode : SingleNode
{
    private TaskSpec _spec;

    internal TaskNode(DagBuilder dag, string? group, string name, string @operator, JsonElement with)
        : base(dag, group, name) =>
        _spec = new TaskSpec { Id = Id, Group = group, Operator = @operator, With = with };

    /// <summary>Template for what the task hands over, as a reader in the same mapped instance sees it: <c>{{ tasks.ID.output }}</c>.</summary>
    public string Output => Reading("output");

    /// <summary>Template for the list of what all instances of a mapped task hand over: <c>{{ tasks.ID.outputs }}</c>.</summary>
    public string Outputs => Reading("outputs");

    internal bool IsMapped => _spec.Map is not null;

    /// <summary>Says what the task is for.</summary>
    public TaskNode Describe(string text) => Set(_spec with { Description = text });

    /// <summary>Makes the task wait for others; <c>others >> task</c> says the same.</summary>
    public TaskNode After(DagNode upstream)
    {
        WaitFor(upstream);
        return this;
    }

    /// <summary>Sets what the states of the direct upstreams must be. Default <see cref="TriggerRule.AllSuccess"/>.</summary>
    public TaskNode When(TriggerRule rule) => Set(_spec with { TriggerRule = rule });

    /// <summary>Makes the task a branch: its output names the direct downstreams to follow.</summary>
    public TaskNode Branch() => Set(_spec with { Kind = TaskKind.Branch });

    /// <summary>Makes the task a short-circuit: a false, null, zero or empty output skips what is downstream.</summary>
    /// <param name="respectTriggerRules">Whether only direct downstreams are skipped and the rest goes by its own rule. Default false.</param>
    public TaskNode ShortCircuit(bool respectTriggerRules = false) => Set(_spec with { Kind = TaskKind.ShortCircuit, RespectTriggerRules = respectTriggerRules });

    /// <summary>Marks the task as creating what a teardown deletes.</summary>
    public TaskNode AsSetup() => Set(_spec with { Setup = true });

    /// <summary>Makes the task a teardown.</summary>
    /// <param name="of">The setups whose work it cleans up; null for its direct upstreams.</param>
    /// <param name="counts">Whether its failure counts for the outcome of the run. Default false.</param>
    public TaskNode AsTeardown(DagNode? of = null, bool counts = false) =>
        Set(_spec with { Teardown = new TeardownSpec { Of = [.. (of?.Nodes ?? []).Select(node => node.Id)], Counts = counts } });

    /// <summary>Makes one instance per item of the list that a template yields.</summary>
    /// <param name="over">One template expression, as in <c>{{ params.customers }}</c>.</param>
    /// <param name="key">Template that names an instance by its item; null names it by its index.</param>
    /// <param name="maxLength">Longest list accepted, 1 to 100,000. Default 10,000.</param>
    /// <param name="maxActive">Instances at work at once within one run, 1 or more; null for no limit.</param>
    public TaskNode Map(string over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Makes one instance per item that a task hands over, or per instance of a mapped task.</summary>
    /// <inheritdoc cref="Map(string, string?, int, int?)" path="/param"/>
    public TaskNode Map(TaskNode over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Makes one instance per item of a fixed list.</summary>
    /// <inheritdoc cref="Map(string, string?, int, int?)" path="/param"/>
    public TaskNode Map<T>(IReadOnlyList<T> over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Sets the attempts after the first, and the waits between them.</summary>
    /// <param name="retries">How many, 0 to 1,000.</param>
    /// <param name="delay">Wait before the first retry; null for 10 seconds.</param>
    /// <param name="backoff">Factor by which each further wait grows, 1 to 10. Default 1.</param>
    /// <param name="maxDelay">Longest wait; null for 1 hour.</param>
    public TaskNode Retries(int retries, TimeSpan? delay = null, double backoff = 1, TimeSpan? maxDelay = null) => Set(_spec with
    {
        Retry = new RetrySpec { Retries = retries, Delay = delay ?? RetrySpec.None.Delay, Backoff = backoff, MaxDelay = maxDelay ?? RetrySpec.None.MaxDelay },
    });

    /// <summary>Bounds one attempt, from the start of its work. Default none.</summary>
    public TaskNode Timeout(TimeSpan attempt) => Set(_spec with { Timeout = attempt });

    /// <summary>Bounds the task over all its tries, waits between tries included and pool waits not. Default none.</summary>
    public TaskNode TaskTimeout(TimeSpan total) => Set(_spec with { TaskTimeout = total });

    /// <summary>Takes slots of a shared limit while an attempt runs; may be called for several pools.</summary>
    /// <param name="name">The pool.</param>
    /// <param name="slots">How many, 1 or more. Default 1.</param>
    public TaskNode Pool(string name, int slots = 1) => Set(_spec with { Pools = _spec.Pools.Add(new PoolUse(name, slots)) });

    /// <summary>Lets at most <paramref name="max"/> instances of this task run at once, over all runs, for each value of <paramref name="key"/>.</summary>
    public TaskNode Limit(string key, int max) => Set(_spec with { Limit = new KeyLimit(key, max) });

    /// <summary>Sets who comes first in a full pool: the higher number. Default 0.</summary>
    public TaskNode Priority(int priority) => Set(_spec with { Priority = priority });

    /// <summary>Lets the task start only once the same task of the run of the tick before has succeeded or was skipped.</summary>
    public TaskNode DependsOnPast() => Set(_spec with { DependsOnPast = true });

    /// <summary>Says that a success of the task has made a dataset; may be called for several.</summary>
    /// <param name="dataset">Its name; may be a template.</param>
    /// <param name="partition">Which part of it, as in <c>{{ ds }}</c>; may be a template; null for the whole.</param>
    public TaskNode Produces(string dataset, string? partition = null) => Set(_spec with { Produces = _spec.Produces.Add(new DatasetOutput(dataset, partition)) });

    /// <summary>Sets when the task counts as late, which alerts once. Default never.</summary>
    public TaskNode Due(DueSpec due) => Set(_spec with { Due = due });

    /// <summary>Adds what is done when the task has succeeded.</summary>
    /// <param name="operator">The operator, as in <c>shell</c>.</param>
    /// <param name="with">The operator's fields, as for a task; templates may read <c>{{ about.… }}</c>. Null for none.</param>
    /// <param name="retry">Attempts after the first; null for none.</param>
    /// <param name="timeout">Bound of one attempt; null for none.</param>
    public TaskNode OnSuccess(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Success, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when the task has failed for good, which cancelled work has not.</summary>
    /// <inheritdoc cref="OnSuccess" path="/param"/>
    public TaskNode OnFailure(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Failure, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when a try has failed and another follows.</summary>
    /// <inheritdoc cref="OnSuccess" path="/param"/>
    public TaskNode OnRetry(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Retry, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when the task was skipped.</summary>
    /// <inheritdoc cref="OnSuccess" path="/param"/>
    public TaskNode OnSkip(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Skip, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Adds what is done when the task is late, as <see cref="Due"/> says.</summary>
    /// <inheritdoc cref="OnSuccess" path="/param"/>
    public TaskNode OnLate(string @operator, object? with = null, RetrySpec? retry = null, TimeSpan? timeout = null) =>
        Add(CallbackKind.Late, BuilderJson.Callback(@operator, with, retry, timeout));

    /// <summary>Says what the work needs to run on. Default: the host's choice.</summary>
    public TaskNode Compute(ComputeProfile profile) => Set(_spec with { Compute = profile });

    /// <summary>Adds a label for search and display; the value is no template.</summary>
    public TaskNode Label(string name, string value) => Set(_spec with { Labels = _spec.Labels.SetItem(name, value) });

    internal TaskSpec Build() => _spec with { After = [.. Upstreams] };

    private string Reading(string form) =>
        Id.Split('.').All(name => name is [var first, ..] && char.IsAsciiLetter(first)) ? $"{{{{ tasks.{Id}.{form} }}}}" : $"{{{{ tasks['{Id}'].{form} }}}}";

    private TaskNode Add(CallbackKind kind, CallbackSpec callback) => Set(_spec with { Callbacks = _spec.Callbacks.Add(kind, callback) });

    private TaskNode Set(TaskSpec spec)
    {
        _spec = spec;
        return this;
    }
}

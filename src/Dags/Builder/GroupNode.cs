namespace Updraft.Dags;

/// <summary>A group that is being built: shown as one, mapped as one, retried as one. Tasks are added to it as to the DAG.</summary>
public sealed class GroupNode : SingleNode, ITaskScope
{
    private GroupSpec _spec;

    internal GroupNode(DagBuilder dag, string? group, string name)
        : base(dag, group, name) => _spec = new GroupSpec { Id = Id, Parent = group };

    DagBuilder ITaskScope.Dag => Dag;

    string? ITaskScope.Scope => Id;

    /// <summary>Says what the group is for.</summary>
    public GroupNode Describe(string text) => Set(_spec with { Description = text });

    /// <summary>Makes every root of the group wait for others; <c>others >> group</c> says the same.</summary>
    public GroupNode After(DagNode upstream)
    {
        WaitFor(upstream);
        return this;
    }

    /// <summary>Makes one instance of the whole group per item of the list that a template yields.</summary>
    /// <inheritdoc cref="TaskNode.Map(string, string?, int, int?)" path="/param"/>
    public GroupNode Map(string over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Makes one instance of the whole group per item that a task hands over, or per instance of a mapped task.</summary>
    /// <inheritdoc cref="TaskNode.Map(TaskNode, string?, int, int?)" path="/param"/>
    public GroupNode Map(TaskNode over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Makes one instance of the whole group per item of a fixed list.</summary>
    /// <inheritdoc cref="TaskNode.Map{T}(IReadOnlyList{T}, string?, int, int?)" path="/param"/>
    public GroupNode Map<T>(IReadOnlyList<T> over, string? key = null, int maxLength = MapSpec.DefaultMaxLength, int? maxActive = null) =>
        Set(_spec with { Map = Maps.Of(over, key, maxLength, maxActive) });

    /// <summary>Sets how often the whole group starts again when a member has finally failed.</summary>
    /// <param name="retries">How often, 0 or more.</param>
    /// <param name="delay">Wait before it starts again; null for none.</param>
    public GroupNode Retries(int retries, TimeSpan? delay = null) => Set(_spec with { Retries = retries, RetryDelay = delay ?? TimeSpan.Zero });

    internal GroupSpec Build() => _spec with { After = [.. Upstreams] };

    private GroupNode Set(GroupSpec spec)
    {
        _spec = spec;
        return this;
    }
}

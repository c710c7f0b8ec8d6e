namespace Updraft.Dags;

/// <summary>One task or one group.</summary>
public abstract class SingleNode : DagNode
{
    private readonly List<string> _after = [];

    private protected SingleNode(DagBuilder dag, string? group, string name)
    {
        Dag = dag;
        Group = group;
        Id = group is null ? name : $"{group}.{name}";
    }

    /// <summary>The full id: the enclosing groups' names and the own one, joined by dots.</summary>
    public string Id { get; }

    internal DagBuilder Dag { get; }

    internal string? Group { get; }

    internal IReadOnlyList<string> Upstreams => _after;

    internal override IReadOnlyList<SingleNode> Nodes => [this];

    internal void WaitFor(DagNode upstream)
    {
        foreach (var node in upstream.Nodes)
        {
            if (node.Dag != Dag) throw new UpdraftException(DagErrors.UnknownUpstream, $"'{Id}' cannot wait for '{node.Id}', which belongs to another DAG: use the nodes of one DagBuilder");
            if (!_after.Contains(node.Id)) _after.Add(node.Id);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}

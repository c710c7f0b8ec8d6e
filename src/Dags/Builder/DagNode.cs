using System.Collections;
using System.Runtime.CompilerServices;

namespace Updraft.Dags;

/// <summary>
/// A task, a group, or several of them, on either side of an arrow: <c>a >> b</c>, <c>c &lt;&lt; a</c>, <c>a >> [b, c] >> d</c>. C# takes
/// <c>[a, b]</c> only on the right of an operator; on the left write <c>dag.All(a, b) >> c</c> or <c>c &lt;&lt; [a, b]</c>.
/// </summary>
[CollectionBuilder(typeof(NodeList), nameof(NodeList.Create))]
public abstract class DagNode : IEnumerable<DagNode>
{
    private protected DagNode()
    {
    }

    /// <summary>The tasks and groups that this stands for.</summary>
    internal abstract IReadOnlyList<SingleNode> Nodes { get; }

    /// <summary>Every task and root of <paramref name="downstream"/> waits for every one of <paramref name="upstream"/>. Yields the right side.</summary>
    public static DagNode operator >>(DagNode upstream, DagNode downstream)
    {
        foreach (var node in downstream.Nodes) node.WaitFor(upstream);
        return downstream;
    }

    /// <summary>Every task and root of <paramref name="downstream"/> waits for every one of <paramref name="upstream"/>. Yields the right side.</summary>
    public static DagNode operator <<(DagNode downstream, DagNode upstream)
    {
        _ = upstream >> downstream;
        return upstream;
    }

    /// <summary>Several nodes as one side of an arrow.</summary>
    public static implicit operator DagNode(DagNode[] nodes) => NodeList.Create(nodes);

    /// <summary>Each task and group of this.</summary>
    public IEnumerator<DagNode> GetEnumerator() => Nodes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes <see cref="DagNode"/> of a list, as in <c>a >> [b, c]</c>.</summary>
public static class NodeList
{
    /// <summary>Several nodes as one.</summary>
    public static DagNode Create(ReadOnlySpan<DagNode> nodes)
    {
        var all = new List<SingleNode>();
        foreach (var node in nodes) all.AddRange(node.Nodes);
        return new Several(all);
    }

    private sealed class Several(IReadOnlyList<SingleNode> nodes) : DagNode
    {
        internal override IReadOnlyList<SingleNode> Nodes => nodes;
    }
}

/// <summary>Arrows from arrays: <c>new[] { a, b } >> c</c>.</summary>
public static class NodeArrays
{
    extension<T>(T[])
        where T : DagNode
    {
        /// <inheritdoc cref="DagNode.op_RightShift"/>
        public static DagNode operator >>(T[] upstream, DagNode downstream) => NodeList.Create(upstream) >> downstream;

        /// <inheritdoc cref="DagNode.op_LeftShift"/>
        public static DagNode operator <<(T[] downstream, DagNode upstream) => NodeList.Create(downstream) << upstream;
    }
}

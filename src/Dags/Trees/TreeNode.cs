namespace Updraft.Dags;

/// <summary>
/// What an author wrote, before it means anything: JSON's data model with the line of each value. YAML and JSON both become it, so that
/// everything after is written once. Immutable; a YAML alias is the same node again.
/// </summary>
internal abstract class TreeNode(Origin origin)
{
    /// <summary>Where the value stands.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Nodes in this value, itself and repeated aliases included.</summary>
    public virtual long Size => 1;

    /// <summary>Levels of nesting, 1 for a scalar.</summary>
    public virtual int Depth => 1;

    /// <summary>What it is, in the author's words.</summary>
    public abstract string Kind { get; }
}

/// <summary>File and line of a value; both null when it came from no file.</summary>
internal readonly record struct Origin(string? File, int? Line)
{
    public Place At(string path) => new(path, File, Line);
}

internal sealed class TreeText(Origin origin, string value) : TreeNode(origin)
{
    public string Value { get; } = value;

    public override string Kind => "text";
}

/// <summary>A number in its canonical spelling (<see cref="CanonicalNumber"/>).</summary>
internal sealed class TreeNumber(Origin origin, string text) : TreeNode(origin)
{
    public string Text { get; } = text;

    public override string Kind => "a number";
}

internal sealed class TreeFlag(Origin origin, bool value) : TreeNode(origin)
{
    public bool Value { get; } = value;

    public override string Kind => "true or false";
}

internal sealed class TreeNull(Origin origin) : TreeNode(origin)
{
    public override string Kind => "null";
}

internal sealed class TreeList(Origin origin, IReadOnlyList<TreeNode> items) : TreeNode(origin)
{
    public IReadOnlyList<TreeNode> Items { get; } = items;

    public override long Size { get; } = 1 + items.Sum(item => item.Size);

    public override int Depth { get; } = 1 + (items.Count == 0 ? 0 : items.Max(item => item.Depth));

    public override string Kind => "a list";
}

internal sealed class TreeMap(Origin origin, IReadOnlyList<TreeMember> members) : TreeNode(origin)
{
    /// <summary>In the author's order; no name twice.</summary>
    public IReadOnlyList<TreeMember> Members { get; } = members;

    public override long Size { get; } = 1 + members.Sum(member => member.Value.Size);

    public override int Depth { get; } = 1 + (members.Count == 0 ? 0 : members.Max(member => member.Value.Depth));

    public override string Kind => "a mapping";

    public TreeNode? Find(string name) => Members.FirstOrDefault(member => member.Name == name)?.Value;

    public TreeMap Without(string name) => new(Origin, [.. Members.Where(member => member.Name != name)]);
}

/// <summary>One entry of a mapping; <paramref name="Origin"/> is its name's.</summary>
internal sealed record TreeMember(string Name, Origin Origin, TreeNode Value);

namespace Updraft.Infra.Tests.Bicep;

/// <summary>An expression.</summary>
internal abstract record Node
{
    /// <summary>The expressions in it, in their order.</summary>
    public abstract IEnumerable<Node> Parts { get; }

    /// <summary>It and all in it.</summary>
    public IEnumerable<Node> All() => Parts.SelectMany(part => part.All()).Prepend(this);
}

/// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c>, as written.</summary>
internal sealed record Literal(string Value) : Node
{
    public override IEnumerable<Node> Parts => [];
}

/// <summary>A text: pieces of it, and expressions between them.</summary>
internal sealed record TextNode(IReadOnlyList<object> Pieces) : Node
{
    public override IEnumerable<Node> Parts => Pieces.OfType<Node>();

    /// <summary>The text; null where something is put into it.</summary>
    public string? Plain => Pieces.All(piece => piece is string) ? string.Concat(Pieces) : null;
}

internal sealed record NameNode(string Name) : Node
{
    public override IEnumerable<Node> Parts => [];
}

internal sealed record Member(Node Target, string Name) : Node
{
    public override IEnumerable<Node> Parts => [Target];
}

internal sealed record Item(Node Target, Node At) : Node
{
    public override IEnumerable<Node> Parts => [Target, At];
}

/// <summary>A call of a function, of one of its own name or of a member.</summary>
internal sealed record Call(string Function, Node? Target, IReadOnlyList<Node> Arguments) : Node
{
    public override IEnumerable<Node> Parts => Target is null ? Arguments : Arguments.Prepend(Target);
}

/// <summary>The mark <c>!</c> behind what may be absent, by which one says that it is there.</summary>
internal sealed record Present(Node Target) : Node
{
    public override IEnumerable<Node> Parts => [Target];
}

internal sealed record Operation(string Operator, IReadOnlyList<Node> Operands) : Node
{
    public override IEnumerable<Node> Parts => Operands;
}

internal sealed record Choice(Node If, Node Then, Node Else) : Node
{
    public override IEnumerable<Node> Parts => [If, Then, Else];
}

internal sealed record ObjectNode(IReadOnlyList<(TextNode Name, Node Value)> Properties) : Node
{
    public override IEnumerable<Node> Parts => Properties.SelectMany(property => new[] { property.Name, property.Value });

    public Node? this[string name] => Properties.FirstOrDefault(property => property.Name.Plain == name).Value;
}

internal sealed record ListNode(IReadOnlyList<Node> Items) : Node
{
    public override IEnumerable<Node> Parts => Items;
}

internal sealed record Loop(string Element, string? Index, Node Source, Node Body) : Node
{
    public override IEnumerable<Node> Parts => [Source, Body];
}

/// <summary>What is made only under a condition.</summary>
internal sealed record Conditional(Node If, Node Body) : Node
{
    public override IEnumerable<Node> Parts => [If, Body];
}

internal enum StatementKind
{
    Param,
    Var,
    Resource,
    Module,
    Output,
    Scope,
}

/// <summary>A statement.</summary>
/// <param name="Kind">What it declares.</param>
/// <param name="Name">The name that it declares.</param>
/// <param name="Type">Of a param or output its type, of a resource <c>type@version</c>, of a module its path.</param>
/// <param name="Value">What it is; null for a param without a default.</param>
/// <param name="IsExisting">Whether a resource is only referred to.</param>
/// <param name="Decorators">What stands before it with <c>@</c>.</param>
/// <param name="Line">From 1.</param>
internal sealed record Statement(StatementKind Kind, string Name, string Type, Node? Value, bool IsExisting, IReadOnlyList<Call> Decorators, int Line)
{
    /// <summary>The object that describes it, without loop and condition.</summary>
    public ObjectNode? Body
    {
        get
        {
            var node = Value;
            while (true)
            {
                if (node is Loop loop) node = loop.Body;
                else if (node is Conditional conditional) node = conditional.Body;
                else return node as ObjectNode;
            }
        }
    }

    /// <summary>The condition under which it is made; null for always.</summary>
    public Node? Condition => (Value as Conditional)?.If ?? ((Value as Loop)?.Body as Conditional)?.If;

    /// <summary>The number that a decorator gives, as of <c>maxLength</c>; null when it is not there.</summary>
    public int? Limit(string decorator) =>
        Decorators.FirstOrDefault(each => each.Function == decorator)?.Arguments is [Literal { Value: var value }] ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : null;
}

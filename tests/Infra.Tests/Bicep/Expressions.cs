using System.Text;

namespace Updraft.Infra.Tests.Bicep;

/// <summary>Reads expressions.</summary>
internal sealed class Expressions(IReadOnlyList<Token> tokens)
{
    // From what binds least to what binds most.
    private static readonly string[][] Operators = [["??"], ["||"], ["&&"], ["==", "!=", "=~", "!~"], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];

    private int _at;

    public Token Next => tokens[_at];

    public Token Take() => tokens[_at++];

    public bool Is(string symbolOrWord) => Next.Kind is TokenKind.Symbol or TokenKind.Word && Next.Value == symbolOrWord;

    public bool TakeIf(string symbolOrWord)
    {
        if (!Is(symbolOrWord)) return false;
        _at++;
        return true;
    }

    public void Expect(string symbolOrWord)
    {
        if (!TakeIf(symbolOrWord)) throw Unexpected($"'{symbolOrWord}'");
    }

    public string Word() => Next.Kind is TokenKind.Word ? Take().Value : throw Unexpected("a name");

    public void SkipLines()
    {
        while (Next.Kind is TokenKind.NewLine) _at++;
    }

    public Node Read()
    {
        var condition = Binary(0);
        if (!TakesAcrossLines("?")) return condition;
        SkipLines();
        var then = Read();
        SkipLines();
        Expect(":");
        SkipLines();
        return new Choice(condition, then, Read());
    }

    public FormatException Unexpected(string wanted) => new($"line {Next.Line}: {wanted} is wanted, and there is '{Next.Value.Trim()}'");

    // An operator may stand at the beginning of the next line.
    private bool TakesAcrossLines(string symbol)
    {
        var before = _at;
        SkipLines();
        if (TakeIf(symbol)) return true;
        _at = before;
        return false;
    }

    private Node Binary(int level)
    {
        if (level == Operators.Length) return Unary();
        var left = Binary(level + 1);
        while (Next.Kind is TokenKind.Symbol && Operators[level].Contains(Next.Value))
        {
            var symbol = Take().Value;
            SkipLines();
            left = new Operation(symbol, [left, Binary(level + 1)]);
        }
        return left;
    }

    private Node Unary()
    {
        foreach (var symbol in new[] { "!", "-" })
        {
            if (TakeIf(symbol)) return new Operation(symbol, [Unary()]);
        }
        return Behind(Primary());
    }

    private Node Behind(Node node)
    {
        while (true)
        {
            if (TakeIf(".") || TakeIf(".?"))
            {
                var name = Word();
                node = Is("(") ? new Call(name, node, Arguments()) : new Member(node, name);
            }
            else if (TakeIf("!")) node = new Present(node);
            else if (TakeIf("["))
            {
                var at = Read();
                Expect("]");
                node = new Item(node, at);
            }
            else return node;
        }
    }

    private Node Primary()
    {
        var token = Next;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new Literal(Take().Value);
            case TokenKind.Text:
                return Text(Take());
            case TokenKind.Word:
                Take();
                if (token.Value is "true" or "false" or "null") return new Literal(token.Value);
                return Is("(") ? new Call(token.Value, null, Arguments()) : new NameNode(token.Value);
            default:
                if (TakeIf("(")) return Parenthesised();
                if (TakeIf("{")) return ObjectBody();
                if (TakeIf("[")) return ListBody();
                throw Unexpected("an expression");
        }
    }

    private Node Parenthesised()
    {
        SkipLines();
        var inner = Read();
        SkipLines();
        Expect(")");
        return inner;
    }

    private List<Node> Arguments()
    {
        Expect("(");
        var arguments = new List<Node>();
        SkipLines();
        while (!TakeIf(")"))
        {
            arguments.Add(Read());
            SkipLines();
            if (!Is(")")) Expect(",");
            SkipLines();
        }
        return arguments;
    }

    private ObjectNode ObjectBody()
    {
        var properties = new List<(TextNode, Node)>();
        SkipLines();
        while (!TakeIf("}"))
        {
            var name = Next.Kind is TokenKind.Text ? Text(Take()) : new TextNode([Word()]);
            Expect(":");
            SkipLines();
            properties.Add((name, Read()));
            Separator("}");
        }
        return new ObjectNode(properties);
    }

    private Node ListBody()
    {
        SkipLines();
        if (TakeIf("for")) return LoopBody();
        var items = new List<Node>();
        while (!TakeIf("]"))
        {
            items.Add(Read());
            Separator("]");
        }
        return new ListNode(items);
    }

    private Loop LoopBody()
    {
        string? index = null;
        string element;
        if (TakeIf("("))
        {
            element = Word();
            Expect(",");
            index = Word();
            Expect(")");
        }
        else element = Word();
        Expect("in");
        var source = Read();
        Expect(":");
        SkipLines();
        var body = MaybeConditional();
        SkipLines();
        Expect("]");
        return new Loop(element, index, source, body);
    }

    /// <summary>A body that may have a condition before it.</summary>
    public Node MaybeConditional()
    {
        if (!TakeIf("if")) return Read();
        Expect("(");
        var condition = Parenthesised();
        SkipLines();
        return new Conditional(condition, Read());
    }

    private void Separator(string end)
    {
        if (!TakeIf(",") && Next.Kind is not TokenKind.NewLine && !Is(end)) throw Unexpected($"a new line, a comma or '{end}'");
        SkipLines();
    }

    private static TextNode Text(Token token)
    {
        if (token.IsVerbatim) return new TextNode([token.Value]);
        var (text, pieces, plain) = (token.Value, new List<object>(), new StringBuilder());
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                var escaped = text[++at];
                plain.Append(escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '\'' or '$' => escaped, _ => throw new FormatException($"line {token.Line}: '\\{escaped}' is no escape") });
            }
            else if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{')
            {
                var end = Tokens.InterpolationEnd(text, at + 2, token.Line);
                var inner = new Expressions(Tokens.Of(text[(at + 2)..end], token.Line));
                if (plain.Length > 0) pieces.Add(plain.ToString());
                plain.Clear();
                pieces.Add(inner.Read());
                if (inner.Next.Kind is not TokenKind.End) throw inner.Unexpected("'}'");
                at = end;
            }
            else plain.Append(text[at]);
        }
        if (plain.Length > 0 || pieces.Count == 0) pieces.Add(plain.ToString());
        return new TextNode(pieces);
    }
}

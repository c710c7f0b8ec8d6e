using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Updraft.Dags;

/// <summary>
/// One YAML file as a tree, from the parser's events: nothing is made of what the text names. Bounded in depth, values and aliases before
/// anything grows.
/// </summary>
internal sealed class YamlTree
{
    private static readonly string[] Tags = ["tag:yaml.org,2002:str", "!"];

    private readonly Parser _parser;
    private readonly string _file;
    private readonly List<Problem> _problems;
    private readonly Dictionary<AnchorName, TreeNode> _anchors = [];
    private int _aliases;
    private long _nodes;

    private YamlTree(string text, string file, List<Problem> problems)
    {
        _parser = new Parser(new StringReader(text));
        _file = file;
        _problems = problems;
    }

    /// <summary>Reads a file's text. Adds what is wrong but can be passed over; stops at what cannot.</summary>
    public static TreeNode Read(string text, string file, List<Problem> problems)
    {
        var tree = new YamlTree(text, file, problems);
        try
        {
            return tree.Document();
        }
        catch (YamlException e)
        {
            throw YamlStop.At(DagErrors.BadYaml, "", new Origin(file, (int)Math.Max(1, e.Start.Line)), $"this is no YAML: {OneLine(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser has no position for some of what it cannot read.
            throw YamlStop.At(DagErrors.BadYaml, "", new Origin(file, (int)Math.Max(1, tree._parser.Current?.End.Line ?? 1)), "this is no YAML; the text breaks off, or has marks in a wrong place, after this line");
        }
    }

    private TreeNode Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) throw YamlStop.At(DagErrors.BadFile, "", new Origin(_file, null), "the file is empty; a DAG has at least 'name' and 'tasks'");
        _parser.Consume<DocumentStart>();
        var root = Node("", 1);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second) throw Stop("", second, "the file holds more than one document ('---'); write one DAG per file, or a template with 'instances'");
        return root;
    }

    private TreeNode Node(string path, int depth)
    {
        var start = _parser.Current ?? throw new InvalidOperationException("The parser has ended.");
        if (depth > YamlLimits.Depth) throw Stop(path, start, $"the nesting is deeper than {YamlLimits.Depth} levels", DagErrors.TooLarge);
        if (start is AnchorAlias) return Alias(path, depth);

        Count(1, path, start);
        var node = start switch
        {
            Scalar => Value(path),
            SequenceStart => List(path, depth),
            MappingStart => Map(path, depth),
            _ => throw Stop(path, start, "a value is missing"),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor] = node;
        return node;
    }

    private TreeNode Alias(string path, int depth)
    {
        var alias = _parser.Consume<AnchorAlias>();
        if (!_anchors.TryGetValue(alias.Value, out var node)) throw Stop(path, alias, $"the alias '*{alias.Value}' has no anchor '&{alias.Value}' that ends before it");
        if (++_aliases > YamlLimits.Aliases) throw Stop(path, alias, $"the file has more than {YamlLimits.Aliases} aliases", DagErrors.TooLarge);
        if (depth + node.Depth - 1 > YamlLimits.Depth) throw Stop(path, alias, $"the nesting is deeper than {YamlLimits.Depth} levels", DagErrors.TooLarge);
        Count(node.Size, path, alias);
        return node;
    }

    private TreeNode Value(string path)
    {
        var scalar = _parser.Consume<Scalar>();
        CheckTag(scalar, path);
        var origin = OriginOf(scalar);
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty) return new TreeText(origin, scalar.Value);
        try
        {
            return YamlScalar.Read(scalar.Value, origin);
        }
        catch (FormatException e)
        {
            _problems.Add(new Problem(DagErrors.BadValue, origin.At(path), e.Message));
            return new TreeNull(origin);
        }
    }

    private TreeList List(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        CheckTag(start, path);
        var items = new List<TreeNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node($"{path}[{items.Count}]", depth + 1));
        return new TreeList(OriginOf(start), items);
    }

    private TreeMap Map(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        CheckTag(start, path);
        var members = new Dictionary<string, TreeMember>(StringComparer.Ordinal);
        var order = new List<TreeMember>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (_parser.Current is not Scalar) throw Stop(path, _parser.Current!, "the name of an entry must be text");
            var key = _parser.Consume<Scalar>();
            CheckTag(key, path);
            var at = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (key is { Value: "<<", Style: ScalarStyle.Plain }) throw Stop(at, key, "merge keys ('<<') are not supported; write 'defaults' or '$include'");
            var value = Node(at, depth + 1);
            if (members.TryGetValue(key.Value, out var first)) Report(at, key, DagErrors.Duplicate, $"'{key.Value}' stands here twice, first in line {first.Origin.Line}; remove or rename one");
            else order.Add(members[key.Value] = new TreeMember(key.Value, OriginOf(key), value));
        }
        return new TreeMap(OriginOf(start), order);
    }

    private void CheckTag(NodeEvent node, string path)
    {
        if (!node.Tag.IsEmpty && !Tags.Contains(node.Tag.Value)) throw Stop(path, node, $"the tag '{node.Tag.Value}' is not supported; values are typed by how they are written");
    }

    private void Count(long nodes, string path, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > YamlLimits.Nodes) throw Stop(path, at, $"the file holds more than {YamlLimits.Nodes} values, counting each alias with all that it stands for", DagErrors.TooLarge);
    }

    private Origin OriginOf(ParsingEvent at) => new(_file, (int)Math.Max(1, at.Start.Line));

    private void Report(string path, ParsingEvent at, string code, string message)
    {
        _problems.Add(new Problem(code, OriginOf(at).At(path), message));
        if (_problems.Count >= YamlLimits.Problems) throw Stop(path, at, "there are too many problems to go on", DagErrors.TooLarge);
    }

    private YamlStop Stop(string path, ParsingEvent at, string message, string code = DagErrors.BadYaml) => YamlStop.At(code, path, OriginOf(at), message);

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim() is { Length: > 300 } text ? text[..300] : message.ReplaceLineEndings(" ").Trim();
}

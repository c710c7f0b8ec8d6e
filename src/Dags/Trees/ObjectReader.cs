using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// Reads the members of one mapping as typed fields and reports all that is wrong with them. A null is as good as nothing. What nobody
/// asked for is unknown.
/// </summary>
internal sealed class ObjectReader(TreeMap map, string path, DagReadContext context)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    /// <summary>Names that were asked for: the fields of this kind of mapping.</summary>
    public IReadOnlySet<string> Asked => _asked;

    public Origin Origin => map.Origin;

    public string Path => path;

    /// <summary>The members that nobody asked for.</summary>
    public IEnumerable<TreeMember> Rest => map.Members.Where(member => !_asked.Contains(member.Name) && !_refused.Contains(member.Name));

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public TreeNode? Node(string name)
    {
        _asked.Add(name);
        var found = map.Members.FirstOrDefault(member => member.Name == name);
        if (found is null) return null;
        context.Sources.Add(PathOf(name), found.Origin);
        return found.Value;
    }

    public string? Text(string name) => As<TreeText>(name, "text")?.Value;

    public string RequiredText(string name) => Text(name) ?? (Node(name) is null or TreeNull ? Missing(name, "") : "");

    public int? Integer(string name)
    {
        if (As<TreeNumber>(name, "a whole number") is not { } number) return null;
        if (int.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return value;
        Wrong(name, number, $"{number.Text} is no whole number between -2147483648 and 2147483647");
        return null;
    }

    public double? Number(string name) => As<TreeNumber>(name, "a number") is { } number ? double.Parse(number.Text, CultureInfo.InvariantCulture) : null;

    public bool Flag(string name) => As<TreeFlag>(name, "true or false")?.Value ?? false;

    public TimeSpan? Duration(string name)
    {
        if (As<TreeText>(name, "a duration such as 90s, 5m or 1h30m") is not { } text) return null;
        if (Durations.TryParse(text.Value, out var value)) return value;
        Wrong(name, text, $"'{text.Value}' is no duration; write whole numbers with units, larger first, as in 90s, 5m, 1h30m, 1d or 250ms");
        return null;
    }

    public DateTimeOffset? Instant(string name, string timeZone)
    {
        if (As<TreeText>(name, "a date or a time") is not { } text) return null;
        if (Instants.TryParse(text.Value, timeZone, out var value)) return value;
        Wrong(name, text, $"'{text.Value}' is no date or time; write 2026-03-29 or 2026-03-29T02:30:00 in the schedule's time zone, or with an offset as in 2026-03-29T02:30:00Z");
        return null;
    }

    public T Word<T>(string name, T @default)
        where T : struct, Enum
    {
        if (As<TreeText>(name, "one of " + string.Join(", ", EnumNames.All<T>())) is not { } text) return @default;
        if (EnumNames.TryParse<T>(text.Value, out var value)) return value;
        Wrong(name, text, $"'{text.Value}' is not accepted{Suggestion.For(text.Value, EnumNames.All<T>())}");
        return @default;
    }

    /// <summary>A list of texts, or one text alone.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        var node = Node(name);
        if (node is TreeText one) return [one.Value];
        if (node is null or TreeNull) return [];
        if (node is not TreeList list)
        {
            Wrong(name, node, $"must be a list of texts, and is {node.Kind}");
            return [];
        }
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, item) in list.Items.Index())
        {
            context.Sources.Add($"{PathOf(name)}[{index}]", item.Origin);
            if (item is TreeText text) texts.Add(text.Value);
            else Wrong($"{name}[{index}]", item, $"must be text, and is {item.Kind}{Quote(item)}");
        }
        return texts.ToImmutable();
    }

    /// <summary>The items of a list, or one value alone as the first; each with its name here, as in <c>on_failure[0]</c>.</summary>
    public IReadOnlyList<(string Name, TreeNode Node)> Items(string name) => Items(name, Node(name));

    /// <summary>The same of a node that stands here under a name.</summary>
    public IReadOnlyList<(string Name, TreeNode Node)> Items(string name, TreeNode? node)
    {
        if (node is null or TreeNull) return [];
        var items = (node is TreeList list ? list.Items : [node]).Select((item, index) => (Name: $"{name}[{index}]", Node: item)).ToList();
        foreach (var item in items) context.Sources.Add(PathOf(item.Name), item.Node.Origin);
        return items;
    }

    public ImmutableSortedDictionary<string, string> Strings(string name) => Entries(name, (entry, at) =>
    {
        if (entry is TreeText text) return text.Value;
        context.Report(DagErrors.BadValue, at, entry.Origin, $"must be text, and is {entry.Kind}{Quote(entry)}");
        return "";
    });

    /// <summary>A mapping whose names are the author's.</summary>
    public ImmutableSortedDictionary<string, T> Entries<T>(string name, Func<TreeNode, string, T> read)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var member in As<TreeMap>(name, "a mapping")?.Members ?? [])
        {
            var at = $"{PathOf(name)}.{member.Name}";
            context.Sources.Add(at, member.Origin);
            entries[member.Name] = read(member.Value, at);
        }
        return entries.ToImmutable();
    }

    public ObjectReader? Object(string name) => As<TreeMap>(name, "a mapping") is { } inner ? Inner(name, inner) : null;

    /// <summary>A mapping that stands here under a name, as in <c>on_failure[0]</c>.</summary>
    public ObjectReader Inner(string name, TreeMap inner) => new(inner, PathOf(name), context);

    /// <summary>Any value, null included.</summary>
    public JsonElement? Json(string name)
    {
        if (Node(name) is not { } node) return null;
        AddSources(PathOf(name), node);
        return TreeJson.ToJson(node);
    }

    /// <summary>Reports every member that nobody asked for.</summary>
    public void Done()
    {
        foreach (var member in Rest) Unknown(member, _asked);
    }

    /// <summary>Reports a member that is known elsewhere and not here, when it is there.</summary>
    public void Refuse(string name, string message)
    {
        _refused.Add(name);
        if (map.Members.FirstOrDefault(member => member.Name == name) is { } found) context.Report(DagErrors.UnknownField, PathOf(name), found.Origin, message);
    }

    public void Report(string code, Origin origin, string message) => context.Report(code, path, origin, message);

    public void Unknown(TreeMember member, IEnumerable<string> known, string more = "") =>
        context.Report(DagErrors.UnknownField, PathOf(member.Name), member.Origin, $"'{member.Name}' is no field of this{Suggestion.For(member.Name, known)}{more}");

    public T Missing<T>(string name, T instead)
    {
        context.Report(DagErrors.MissingField, path, Origin, $"'{name}' is missing");
        return instead;
    }

    public void Wrong(string name, TreeNode node, string message) => context.Report(DagErrors.BadValue, PathOf(name), node.Origin, message);

    public void AddSources(string at, TreeNode node)
    {
        context.Sources.Add(at, node.Origin);
        foreach (var member in (node as TreeMap)?.Members ?? [])
        {
            context.Sources.Add($"{at}.{member.Name}", member.Origin);
            AddSources($"{at}.{member.Name}", member.Value);
        }
        foreach (var (index, item) in ((node as TreeList)?.Items ?? []).Index()) AddSources($"{at}[{index}]", item);
    }

    private T? As<T>(string name, string expected)
        where T : TreeNode
    {
        var node = Node(name);
        if (node is null or TreeNull) return null;
        if (node is T typed) return typed;
        Wrong(name, node, $"must be {expected}, and is {node.Kind}{(typeof(T) == typeof(TreeText) ? Quote(node) : "")}");
        return null;
    }

    private static string Quote(TreeNode node) => node is TreeNumber or TreeFlag ? "; put it in quotes" : "";
}

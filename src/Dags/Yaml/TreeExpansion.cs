using System.Text.RegularExpressions;

namespace Updraft.Dags;

/// <summary>
/// What is settled while a file is loaded: <c>$file</c> becomes that file's text, <c>$include</c> what that file holds, and in a template of
/// DAGs <c>&lt;&lt; name >></c> becomes this instance's value. The text of a <c>$file</c> is taken as it is.
/// </summary>
internal sealed partial class TreeExpansion(DagFolder folder, TreeMap? values, List<Problem> problems)
{
    private const string FileKey = "$file";
    private const string IncludeKey = "$include";

    private long _nodes;

    public TreeNode Expand(TreeNode node, string path, string file, int includes = 0)
    {
        if (++_nodes > YamlLimits.Nodes) throw YamlStop.At(DagErrors.TooLarge, path, node.Origin, $"the DAG holds more than {YamlLimits.Nodes} values, included files counted");
        return node switch
        {
            TreeText text => Substitute(text, path),
            TreeList list => new TreeList(list.Origin, [.. list.Items.Select((item, index) => Expand(item, $"{path}[{index}]", file, includes))]),
            TreeMap { Members: [{ Name: FileKey or IncludeKey } reference] } map => Load(map, reference, path, file, includes),
            TreeMap map => Members(map, path, file, includes),
            _ => node,
        };
    }

    private TreeMap Members(TreeMap map, string path, string file, int includes)
    {
        var members = new List<TreeMember>();
        foreach (var member in map.Members)
        {
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Name is FileKey or IncludeKey)
            {
                Report(at, member.Origin, DagErrors.BadValue, $"'{member.Name}' stands alone in its mapping; move the other entries into the file, or write them beside it");
                continue;
            }
            var name = Substitute(new TreeText(member.Origin, member.Name), at) is TreeNode key && Plain(key) is { } plain ? plain : member.Name;
            if (members.Exists(other => other.Name == name)) Report(at, member.Origin, DagErrors.Duplicate, $"'{name}' stands here twice; rename one");
            else members.Add(new TreeMember(name, member.Origin, Expand(member.Value, at, file, includes)));
        }
        return new TreeMap(map.Origin, members);
    }

    private TreeNode Load(TreeMap map, TreeMember reference, string path, string file, int includes)
    {
        if (Expand(reference.Value, path, file, includes) is not TreeText target) throw YamlStop.At(DagErrors.BadValue, path, map.Origin, $"'{reference.Name}' takes the path of a file, as text");
        var found = FolderPath.Resolve(file, target.Value)
            ?? throw YamlStop.At(DagErrors.BadFile, path, map.Origin, $"'{target.Value}' is no path within the DAG's folder; write it relative to this file, with '/'");
        var asked = reference.Origin.At(path);
        if (reference.Name == FileKey) return new TreeText(new Origin(found, 1), folder.Text(found, asked));
        return includes < YamlLimits.Includes
            ? Expand(folder.Tree(found, asked), path, found, includes + 1)
            : throw YamlStop.At(DagErrors.TooLarge, path, map.Origin, $"files include each other more than {YamlLimits.Includes} deep, or in a circle, at '{found}'");
    }

    private TreeNode Substitute(TreeText text, string path)
    {
        if (values is null || !text.Value.Contains("<<", StringComparison.Ordinal)) return text;
        if (Whole().Match(text.Value) is { Success: true } whole) return Value(whole.Groups[1].Value, text.Origin, path);
        return new TreeText(text.Origin, Part().Replace(text.Value, part =>
        {
            var value = Value(part.Groups[1].Value, text.Origin, path);
            if (Plain(value) is { } plain) return plain;
            Report(path, text.Origin, DagErrors.BadInstances, $"'{part.Groups[1].Value}' is {value.Kind}, which cannot stand within text; let '<< {part.Groups[1].Value} >>' be the whole value");
            return "";
        }));
    }

    private TreeNode Value(string name, Origin origin, string path)
    {
        if (values!.Find(name) is { } value) return value;
        Report(path, origin, DagErrors.BadInstances, $"'<< {name} >>' has no value in the instance of line {values.Origin.Line}{Suggestion.For(name, values.Members.Select(member => member.Name))}");
        return new TreeText(origin, "");
    }

    private static string? Plain(TreeNode node) => node switch
    {
        TreeText text => text.Value,
        TreeNumber number => number.Text,
        TreeFlag flag => flag.Value ? "true" : "false",
        _ => null,
    };

    private void Report(string path, Origin origin, string code, string message)
    {
        problems.Add(new Problem(code, origin.At(path), message));
        if (problems.Count >= YamlLimits.Problems) throw YamlStop.At(DagErrors.TooLarge, path, origin, "there are too many problems to go on");
    }

    [GeneratedRegex(@"^<<\s*([A-Za-z_][A-Za-z0-9_]*)\s*>>\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"<<\s*([A-Za-z_][A-Za-z0-9_]*)\s*>>")]
    private static partial Regex Part();
}

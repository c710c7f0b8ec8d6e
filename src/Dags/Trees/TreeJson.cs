using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Trees from JSON, and JSON from trees.</summary>
internal static class TreeJson
{
    public static TreeNode Of(JsonElement value, Origin origin = default) => value.ValueKind switch
    {
        JsonValueKind.Object => new TreeMap(origin, [.. value.EnumerateObject().Select(member => new TreeMember(member.Name, origin, Of(member.Value, origin)))]),
        JsonValueKind.Array => new TreeList(origin, [.. value.EnumerateArray().Select(item => Of(item, origin))]),
        JsonValueKind.String => new TreeText(origin, value.GetString()!),
        JsonValueKind.Number => new TreeNumber(origin, CanonicalNumber.Of(value.GetRawText())),
        JsonValueKind.True or JsonValueKind.False => new TreeFlag(origin, value.GetBoolean()),
        _ => new TreeNull(origin),
    };

    public static JsonElement ToJson(TreeNode node)
    {
        var writer = new CanonicalWriter();
        Write(writer, node);
        return CanonicalJson.Parse(writer.ToString());
    }

    private static void Write(CanonicalWriter writer, TreeNode node)
    {
        switch (node)
        {
            case TreeText text:
                writer.Text(text.Value);
                break;
            case TreeNumber number:
                writer.Literal(number.Text);
                break;
            case TreeFlag flag:
                writer.Flag(flag.Value);
                break;
            case TreeList list:
                writer.Array(list.Items, item => Write(writer, item));
                break;
            case TreeMap map:
                writer.Object(() =>
                {
                    foreach (var member in map.Members.OrderBy(member => member.Name, StringComparer.Ordinal))
                    {
                        writer.Name(member.Name);
                        Write(writer, member.Value);
                    }
                });
                break;
            default:
                writer.Literal("null");
                break;
        }
    }
}

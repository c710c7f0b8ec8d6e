namespace Updraft.Infra.Tests.Bicep;

/// <summary>Properties that an object sets, as paths; those of all branches, and of all items of lists.</summary>
internal static class Properties
{
    public static IEnumerable<(string Path, Node Value)> Of(Node node, string path = "") => node switch
    {
        ObjectNode { Properties.Count: > 0 } all => all.Properties.SelectMany(property => Of(property.Value, Join(path, property.Name.Plain ?? "*"))),
        ListNode { Items: var items } when items.Any(item => item is ObjectNode or Choice) => items.SelectMany(item => Of(item, path)),
        Choice choice when Shapes(choice.Then) || Shapes(choice.Else) => Of(choice.Then, path).Concat(Of(choice.Else, path)),
        Loop loop => Of(loop.Body, path),
        Conditional conditional => Of(conditional.Body, path),
        _ => [(path, node)],
    };

    private static bool Shapes(Node node) => node is ObjectNode or ListNode or Choice;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

namespace Updraft.Infra.Tests.Bicep;

/// <summary>The reader itself: what it would overlook, the other tests would not see.</summary>
public sealed class ReaderTests
{
    [Fact]
    public void Parse_AllKindsOfStatements_ReadsThem()
    {
        var file = BicepFile.Parse("a.bicep", """
            targetScope = 'subscription' // where
            /* before
               it */
            @description('A name.')
            @maxLength(9)
            param name string = 'x'
            param list array
            var both = union({ a: 1, 'b-c': [1, 2] }, {})
            resource old 'A.B/c@2024-01-01' existing = { name: name }
            resource each 'A.B/c/d@2024-01-01' = [for (item, n) in list: if (n > 0) {
              parent: old
              name: '${name}-${item.part}'
            }]
            module part 'part.bicep' = if (name != 'x') {
              params: { a: name == 'y' ? 1 : 2 }
            }
            output first string = part!.outputs.list[0].id
            """);

        Assert.Equal(["targetScope", "name", "list", "both", "old", "each", "part", "first"], file.Statements.Select(statement => statement.Name));
        Assert.Equal((9, true), (file.Find("name")!.Limit("maxLength"), file.Find("old")!.IsExisting));
        Assert.Equal(["parent", "name"], file.Find("each")!.Body!.Properties.Select(property => property.Name.Plain));
        Assert.NotNull(file.Find("each")!.Condition);
        Assert.IsType<Choice>(Assert.IsType<ObjectNode>(file.Find("part")!.Body!["params"])["a"]);
        Assert.Equal(["name", "item"], file.Find("each")!.Body!["name"]!.All().OfType<NameNode>().Select(node => node.Name));
    }

    [Theory]
    [InlineData(@"'it\'s ${a.b} and ${f('}', '{')}'", "a f")]
    [InlineData("f(g(1), [x\n y]) ?? -z", "f g x y z")]
    [InlineData("!(a == b) && c\n  ? { k: d }\n  : e", "a b c d e")]
    public void Parse_Expression_SeesAllNames(string expression, string names)
    {
        var value = BicepFile.Parse("a.bicep", $"var it = {expression}").Find("it")!.Value!;

        Assert.Equal(names.Split(' '), value.All().Select(node => node switch { NameNode name => name.Name, Call call => call.Function, _ => "" }).Where(name => name.Length > 0));
    }

    [Theory]
    [InlineData("var a = { b: 1", "line 1")]
    [InlineData("var a = 1 2", "a new line")]
    [InlineData("param\n", "a name")]
    [InlineData("var a = 'b", "does not end")]
    [InlineData("var a = '${b'", "does not end")]
    [InlineData("var a = [1 2]", "a comma")]
    [InlineData("var a = ;", "no part of Bicep")]
    [InlineData("thing a = 1", "no statement")]
    public void Parse_Mistake_SaysWhere(string source, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => BicepFile.Parse("a.bicep", source)).Message, StringComparison.Ordinal);
}

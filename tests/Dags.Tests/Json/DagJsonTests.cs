using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class DagJsonTests
{
    [Fact]
    public void Hash_SameDagInYamlAndCSharp_IsEqual()
    {
        var read = DagYaml.Read(RichDag.Yaml);
        Assert.Empty(read.Problems);
        var yaml = Assert.Single(read.Dags).Dag;
        Assert.Equal(DagJson.Serialize(RichDag.Built()), DagJson.Serialize(yaml));
        Assert.Equal(DagJson.Hash(RichDag.Built()), DagJson.Hash(yaml));
    }

    [Fact]
    public void Hash_OfOneDag_NeverChanges()
    {
        var dag = new DagBuilder("d");
        dag.Shell("t", "x");
        Assert.Equal("""{"name":"d","tasks":{"t":{"shell":{"script":"x"}}}}""", DagJson.Serialize(dag.Build()));
        Assert.Equal("5e515b4af082579c099cca30b58159fe686f25072189421f6a1ba15928828fe2", DagJson.Hash(dag.Build()));
    }

    [Fact]
    public void Parse_AnyDag_RoundTrips()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var dag = new RandomDag(seed).Next();
            var json = DagJson.Serialize(dag);
            var parsed = DagJson.Parse(json);
            Assert.Equal(json, DagJson.Serialize(parsed));
            Assert.Equal(Comparable(dag), Comparable(parsed));
        }
    }

    [Fact]
    public void CanonicalForm_ReadAsYaml_IsTheSameDag()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var json = DagJson.Serialize(new RandomDag(seed).Next());
            var read = DagYaml.Read(json);
            Assert.Empty(read.Problems);
            Assert.Equal(json, DagJson.Serialize(read.Dags.Single().Dag));
        }
    }

    [Fact]
    public void Hash_SpellingOfNumbersAndOrderOfMembers_DoNotMatter()
    {
        var one = DagJson.Parse("""{"name":"d","tasks":{"t":{"x":{"b":1.0,"a":[100,0.5]},"retry_backoff":2.0}}}""");
        var other = DagJson.Parse("""{"tasks":{"t":{"retry_backoff":2,"x":{"a":[1e2,5E-1],"b":1}}},"name":"d"}""");
        Assert.Equal(DagJson.Hash(one), DagJson.Hash(other));
    }

    [Fact]
    public void Hash_OrderOfTasks_Matters()
    {
        var one = DagJson.Parse("""{"name":"d","tasks":{"t":{"x":{}},"u":{"x":{}}}}""");
        var other = DagJson.Parse("""{"name":"d","tasks":{"u":{"x":{}},"t":{"x":{}}}}""");
        Assert.NotEqual(DagJson.Hash(one), DagJson.Hash(other));
    }

    [Theory]
    [InlineData("""{"name":"d","tasks":{"t":{"x":{},"retires":1}}}""", DagErrors.UnknownField, "tasks.t.retires")]
    [InlineData("""{"name":"d","tasks":{"t":{"x":{}}},"defaults":{}}""", DagErrors.UnknownField, "defaults")]
    [InlineData("""{"name":"d","name":"e","tasks":{"t":{"x":{}}}}""", DagErrors.BadJson, "name")]
    [InlineData("""{"name":""", DagErrors.BadJson, "")]
    [InlineData("""{"name":"\ud800","tasks":{}}""", DagErrors.BadJson, "")]
    [InlineData("[]", DagErrors.BadValue, "a list")]
    [InlineData("""{"nam":"d","task":{}}""", DagErrors.Invalid, "nam")]
    public void Parse_NoDag_IsRefusedWithItsPath(string json, string code, string part)
    {
        var thrown = Assert.Throws<UpdraftException>(() => DagJson.Parse(json));
        Assert.Equal(code, thrown.Code);
        Assert.Contains(part, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLarge_IsRefused() =>
        Assert.Equal(DagErrors.TooLarge, Assert.Throws<UpdraftException>(() => DagJson.Parse(new string(' ', DagJson.MaxBytes + 1))).Code);

    [Fact]
    public void Parse_TooDeep_IsRefused() =>
        Assert.Equal(DagErrors.BadJson, Assert.Throws<UpdraftException>(() => DagJson.Parse(new string('[', 65) + new string(']', 65))).Code);

    private static string Comparable(DagSpec dag) => JsonSerializer.Serialize(dag with
    {
        Tasks = [.. dag.Tasks.Select(task => task with { With = Canonical(task.With), Map = Canonical(task.Map) })],
        Groups = [.. dag.Groups.Select(group => group with { Map = Canonical(group.Map) })],
        Params = dag.Params.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value with { Schema = pair.Value.Schema is { } schema ? Canonical(schema) : null, Default = pair.Value.Default is { } value ? Canonical(value) : null },
            StringComparer.Ordinal),
    });

    private static MapSpec? Canonical(MapSpec? map) => map is null ? null : map with { Over = Canonical(map.Over) };

    private static JsonElement Canonical(JsonElement value) => CanonicalJson.Of(value);
}

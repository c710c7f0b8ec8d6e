namespace Updraft.Dags;

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
    public void Parse_CanonicalForm_RoundTrips()
    {
        var json = DagJson.Serialize(RichDag.Built());
        Assert.Equal(json, DagJson.Serialize(DagJson.Parse(json)));
    }

    [Fact]
    public void CanonicalForm_ReadAsYaml_IsTheSameDag()
    {
        var json = DagJson.Serialize(RichDag.Built());
        var read = DagYaml.Read(json);
        Assert.Empty(read.Problems);
        Assert.Equal(json, DagJson.Serialize(read.Dags.Single().Dag));
    }
}

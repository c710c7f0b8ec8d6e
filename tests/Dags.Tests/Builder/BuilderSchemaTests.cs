namespace Updraft.Dags.Tests;

public sealed class BuilderSchemaTests
{
    [Fact]
    public void Param_Schema_KeepsTheStandardsWords()
    {
        var dag = new DagBuilder("d");
        dag.Param("shops", new[] { "oslo" }, new { type = "array", minItems = 1 });

        Assert.Equal("""{"minItems":1,"type":"array"}""", dag.Build().Params["shops"].Schema!.Value.GetRawText());
    }
}

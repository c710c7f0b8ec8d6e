namespace Updraft.Dags.Tests;

public sealed class DagBuilderTests
{
    private readonly DagBuilder _dag = new("d");

    [Fact]
    public void Task_Fields_AreWrittenAsInYaml()
    {
        _dag.Task("t", "x", new { WorkingDirectory = "w", killGrace = TimeSpan.FromSeconds(90), Rule = TriggerRule.AllDone, nothing = (string?)null, ENV_NAME = 1.0m });
        Assert.Equal("""{"ENV_NAME":1,"kill_grace":"1m30s","rule":"all_done","working_directory":"w"}""", With());
    }

    [Fact]
    public void Task_DictionaryOfFields_KeepsItsNames()
    {
        _dag.Task("t", "x", new Dictionary<string, object> { ["someName"] = 1 });
        Assert.Equal("""{"someName":1}""", With());
    }

    [Theory]
    [InlineData("text")]
    [InlineData(1)]
    public void Task_FieldsThatAreNoObject_AreRefused(object with) =>
        Assert.Equal(DagErrors.BadValue, Assert.Throws<UpdraftException>(() => _dag.Task("t", "x", with)).Code);

    [Fact]
    public void Task_FieldsWithoutJsonForm_AreRefused() =>
        Assert.Equal(DagErrors.BadValue, Assert.Throws<UpdraftException>(() => _dag.Task("t", "x", new { a = double.NaN })).Code);

    [Fact]
    public void Output_Ids_AreReadableTemplates()
    {
        var plain = _dag.Group("g").Task("a-b", "x");
        var odd = _dag.Task("1st", "x");
        Assert.Equal("{{ tasks.g.a-b.output }}", plain.Output);
        Assert.Equal("{{ tasks['1st'].outputs }}", odd.Outputs);
        Assert.Equal(new TemplateReference(TemplateRoot.Output, "g.a-b"), Assert.Single(Template.Parse(plain.Output).References));
        Assert.Equal(new TemplateReference(TemplateRoot.Outputs, "1st"), Assert.Single(Template.Parse(odd.Outputs).References));
    }

    [Fact]
    public void Param_Added_YieldsItsTemplate()
    {
        Assert.Equal("{{ params.day }}", _dag.RequiredParam("day"));
        Assert.Equal("{{ params.size }}", _dag.Param("size", 3));
        Assert.Null(_dag.Build().Params["day"].Default);
        Assert.Equal(3, _dag.Build().Params["size"].Default!.Value.GetInt32());
    }

    [Fact]
    public void Map_OverMappedTask_ChainsItsOutputs()
    {
        var first = _dag.Task("a", "x").Map([1, 2]);
        _dag.Task("b", "x").Map(first);
        Assert.Equal("{{ tasks.a.outputs }}", _dag.Build().Tasks[1].Map!.Over.GetString());
    }

    [Fact]
    public void Group_AddedToLater_KeepsItsTasksTogether()
    {
        var group = _dag.Group("g");
        group.Shell("a", "x");
        _dag.Shell("b", "x");
        group.Group("inner", inner => inner.Shell("c", "x"));
        var spec = _dag.Build();
        Assert.Equal(["g.a", "g.inner.c", "b"], spec.Tasks.Select(task => task.Id));
        Assert.Equal(["g", "g.inner"], spec.Groups.Select(each => each.Id));
    }

    private string With() => _dag.Build().Tasks.Single().With.GetRawText();
}

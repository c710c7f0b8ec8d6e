namespace Updraft.Dags.Tests;

public sealed class TemplateReferenceTests
{
    [Theory]
    [InlineData("params.x.y", TemplateRoot.Params, "x", null)]
    [InlineData("params['x y'].z", TemplateRoot.Params, "x y", null)]
    [InlineData("params | json", TemplateRoot.Params, null, null)]
    [InlineData("var.x.y", TemplateRoot.Variable, "x", null)]
    [InlineData("conf.x[0]", TemplateRoot.Conf, "x", null)]
    [InlineData("tasks.fit.output.mae", TemplateRoot.Output, "fit", null)]
    [InlineData("tasks.fit-all.output", TemplateRoot.Output, "fit-all", null)]
    [InlineData("tasks.per_airport.fit.output.output", TemplateRoot.Output, "per_airport.fit", null)]
    [InlineData("tasks['per_airport.fit'].output", TemplateRoot.Output, "per_airport.fit", null)]
    [InlineData("tasks.output.output", TemplateRoot.Output, "output", null)]
    [InlineData("tasks.fit.outputs[0].mae", TemplateRoot.Outputs, "fit", null)]
    [InlineData("tasks.fit['SEA'].output", TemplateRoot.InstanceOutput, "fit", "SEA")]
    [InlineData("tasks.g.fit[3].output", TemplateRoot.InstanceOutput, "g.fit", "3")]
    [InlineData("tasks['g.fit'][\"it's\"].output.x", TemplateRoot.InstanceOutput, "g.fit", "it's")]
    [InlineData("run.id", TemplateRoot.RunId, null, null)]
    [InlineData("run.dag", TemplateRoot.RunDag, null, null)]
    [InlineData("run.triggered_by", TemplateRoot.RunTriggeredBy, null, null)]
    [InlineData("run.labels.team", TemplateRoot.RunLabels, "team", null)]
    [InlineData("task.id", TemplateRoot.TaskId, null, null)]
    [InlineData("task.try", TemplateRoot.TaskTry, null, null)]
    [InlineData("logical_date", TemplateRoot.LogicalDate, null, null)]
    [InlineData("ds", TemplateRoot.LogicalDate, null, null)]
    [InlineData("data_interval.start", TemplateRoot.DataIntervalStart, null, null)]
    [InlineData("data_interval.end", TemplateRoot.DataIntervalEnd, null, null)]
    [InlineData("item.customer", TemplateRoot.Item, null, null)]
    [InlineData("key", TemplateRoot.Key, null, null)]
    [InlineData("index", TemplateRoot.Index, null, null)]
    [InlineData("map.per_airport.item.code", TemplateRoot.Item, "per_airport", null)]
    [InlineData("map.outer.inner.key", TemplateRoot.Key, "outer.inner", null)]
    [InlineData("map['outer.inner'].index", TemplateRoot.Index, "outer.inner", null)]
    [InlineData("run.business_key", TemplateRoot.RunBusinessKey, null, null)]
    [InlineData("run.note", TemplateRoot.RunNote, null, null)]
    [InlineData("run.dataset_events[0]", TemplateRoot.RunDatasetEvents, null, null)]
    [InlineData("run.previous", TemplateRoot.RunPrevious, null, null)]
    [InlineData("partition", TemplateRoot.Partition, null, null)]
    [InlineData("about.keys[0]", TemplateRoot.About, "keys", null)]
    [InlineData("about | json", TemplateRoot.About, null, null)]
    [InlineData("secrets.TOKEN", TemplateRoot.Secret, "TOKEN", null)]
    [InlineData("secrets['db-password']", TemplateRoot.Secret, "db-password", null)]
    public void References_EachRoot_IsReadStatically(string expression, TemplateRoot root, string? name, string? key) =>
        Assert.Equal([new TemplateReference(root, name, key)], Template.Parse($"{{{{ {expression} }}}}").References.AsEnumerable());

    [Fact]
    public void References_SeveralPlaces_ComeOnceInOrder() => Assert.Equal(
        ["params.b", "conf.a", "secrets.S"],
        Template.Parse("{{ params.b.x }} {{ conf.a | default(params.b.y | default(secrets.S)) }}").References.Select(r => r.ToString()));

    [Theory]
    [InlineData("params.x")]
    [InlineData("params['x y']")]
    [InlineData("tasks['per_airport.fit'].output")]
    [InlineData("tasks.fit.outputs")]
    [InlineData("tasks.fit['it\\'s'].output")]
    [InlineData("map['a.b'].item")]
    [InlineData("run.labels.team")]
    [InlineData("run.dataset_events")]
    [InlineData("about.run_id")]
    [InlineData("partition")]
    [InlineData("data_interval.end")]
    public void ToString_AnyReference_ReadsBackAsItself(string expression) =>
        Assert.Equal(expression, Assert.Single(Template.Parse($"{{{{ {expression} }}}}").References).ToString());
}

using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class OutputReferencesTests
{
    private static readonly TaskSpec List = Task("list", null, new { });
    private static readonly TaskSpec Fit = Task("g.fit", "g", new { });

    private static readonly GroupSpec Group = new()
    {
        Id = "g",
        Map = new MapSpec { Over = JsonSerializer.SerializeToElement("{{ tasks.list.output }}"), Key = "{{ item.code }}{{ tasks.names.output }}" },
    };

    [Fact]
    public void Of_TaskInGroup_ResolvesSiblingsAndOuterTasksOnce()
    {
        var task = Task("g.judge", "g", new { a = "{{ tasks.fit.output }}", b = new[] { "{{ tasks['g.fit'].output.mae }} {{ tasks.list.outputs }}" }, script = "{{ tasks.nobody.output }}" }) with
        {
            Limit = new KeyLimit("{{ tasks.other['k'].output }}", 1),
        };
        Assert.Equal(
            [new("g.fit", OutputForm.Single), new("list", OutputForm.All), new OutputReference("other", OutputForm.OneInstance, "k")],
            OutputReferences.Of(Dag(task), task, new HashSet<string> { "script" }).AsEnumerable());
    }

    [Fact]
    public void Of_Produces_AreRead()
    {
        var task = Task("t", null, new { }) with { Produces = [new("x/{{ tasks.list.output }}", "{{ tasks['g.fit'].outputs | first }}"), new("plain")] };
        Assert.Equal([new("list", OutputForm.Single), new OutputReference("g.fit", OutputForm.All)], OutputReferences.Of(Dag(task), task).AsEnumerable());
    }

    [Fact]
    public void Of_ComputeProfile_IsRead()
    {
        var task = Task("t", null, new { }) with
        {
            Compute = new() { Image = "app:{{ tasks.list.output }}", Environment = new ComputeProfile().Environment.Add("MODELS", "{{ tasks['g.fit'].outputs | json }}") },
        };
        Assert.Equal([new("list", OutputForm.Single), new OutputReference("g.fit", OutputForm.All)], OutputReferences.Of(Dag(task), task).AsEnumerable());
    }

    [Fact]
    public void Of_UnknownTask_FailsAndNamesIt()
    {
        var task = Task("t", null, new { a = "{{ tasks.fit.output }}" });
        var failure = Assert.Throws<TemplateException>(() => OutputReferences.Of(Dag(task), task));
        Assert.Equal(TemplateErrors.UnknownName, failure.Code);
        Assert.Contains("'tasks.fit.output' names no task of DAG 'd'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfMap_MappedGroup_ReadsFromOutsideTheGroup() =>
        Assert.Equal([new("list", OutputForm.Single), new OutputReference("names", OutputForm.Single)], OutputReferences.OfMap(Dag(List), Group).AsEnumerable());

    [Fact]
    public void OfMap_MappedTask_ReadsWithinItsGroup()
    {
        var task = Task("g.each", "g", new { a = "{{ tasks.list.output }}" }) with { Map = new MapSpec { Over = JsonSerializer.SerializeToElement("{{ tasks.fit.outputs }}") } };
        Assert.Equal([new OutputReference("g.fit", OutputForm.All)], OutputReferences.OfMap(Dag(task), task).AsEnumerable());
        Assert.Empty(OutputReferences.OfMap(Dag(task), List));
    }

    [Theory]
    [InlineData("a", "g.h", "g.h.a")]
    [InlineData("b", "g.h", "g.b")]
    [InlineData("c", "g.h", "c")]
    [InlineData("h.a", "g", "g.h.a")]
    [InlineData("g.b", "g.h", "g.b")]
    [InlineData("a", null, null)]
    [InlineData("x", "g.h", null)]
    public void Resolve_Name_TakesTheNearestEnclosingGroupFirst(string name, string? group, string? expected)
    {
        HashSet<string> known = ["g.h.a", "g.b", "g.h.b.c", "b", "c"];
        Assert.Equal(expected, TaskNames.Resolve(name, group, known.Contains));
    }

    private static DagSpec Dag(TaskSpec task) => new() { Name = "d", Groups = [Group], Tasks = [List, Fit, Task("names", null, new { }), Task("other", null, new { }), task] };

    private static TaskSpec Task(string id, string? group, object with) => new() { Id = id, Group = group, Operator = "code", With = JsonSerializer.SerializeToElement(with) };
}

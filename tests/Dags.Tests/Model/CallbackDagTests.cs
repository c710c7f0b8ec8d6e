namespace Updraft.Dags.Tests;

public sealed class CallbackDagTests
{
    [Fact]
    public void Of_TaskCallback_IsOneTaskInTheSameSurroundings()
    {
        var dag = new DagBuilder("nightly") { Lane = "fast", Schedule = new() { Cron = "@daily" }, Retention = new() { MaxRuns = 7 } }.Label("team", "ml");
        dag.Param("day", "mon");
        dag.Shell("a", "x")
            .OnFailure("shell", new { script = "first" })
            .OnFailure("my.page", new { who = "{{ about.task }}" }, new RetrySpec { Retries = 2 }, TimeSpan.FromMinutes(1));

        var callback = CallbackDag.Of(dag.Build(), CallbackKind.Failure, "a", 1);

        Assert.Equal(
            """{"name":"nightly.on_failure","labels":{"team":"ml"},"params":{"day":{"default":"mon"}},"lane":"fast","retention":{"max_runs":7}"""
            + ""","tasks":{"callback":{"retries":2,"timeout":"1m","my.page":{"who":"{{ about.task }}"}}}}""",
            DagJson.Serialize(callback));
        Assert.Equal("shell", Assert.Single(CallbackDag.Of(dag.Build(), CallbackKind.Failure, "a", 0).Tasks).Id);
    }

    [Theory]
    [InlineData(CallbackKind.Success, "d.on_success")]
    [InlineData(CallbackKind.Failure, "d.on_failure")]
    [InlineData(CallbackKind.Late, "d.on_late")]
    public void Of_DagCallback_IsNamedAfterTheMoment(CallbackKind kind, string name)
    {
        var dag = new DagBuilder("d").OnSuccess("shell").OnFailure("shell").OnLate("shell").Build();
        Assert.Equal(name, CallbackDag.Of(dag, kind, null, 0).Name);
    }

    [Fact]
    public void Of_LongName_IsCutAndStaysApart()
    {
        var names = new[] { new string('a', 64), new string('a', 63) + "b", new string('a', 53) }
            .Select(name => CallbackDag.Of(new DagBuilder(name).OnFailure("shell").Build(), CallbackKind.Failure, null, 0).Name)
            .ToList();
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, name => Assert.Equal(64, name.Length));
        Assert.All(names, name => Assert.EndsWith(".on_failure", name, StringComparison.Ordinal));
        Assert.Equal(new string('a', 53) + ".on_failure", names[2]);
    }

    [Fact]
    public void Of_NoSuchCallback_IsRefused()
    {
        var dag = new DagBuilder("d").OnFailure("shell");
        dag.Shell("a", "x");
        var spec = dag.Build();
        Assert.Throws<ArgumentException>(() => CallbackDag.Of(spec, CallbackKind.Failure, null, 1));
        Assert.Throws<ArgumentException>(() => CallbackDag.Of(spec, CallbackKind.Failure, "a", 0));
        Assert.Throws<ArgumentException>(() => CallbackDag.Of(spec, CallbackKind.Failure, "b", 0));
    }
}

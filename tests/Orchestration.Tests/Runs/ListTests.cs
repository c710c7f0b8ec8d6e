using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>Lists of maps that cannot be made for no reason of their own, as when the storage is away.</summary>
public sealed class ListTests
{
    [Fact]
    public void List_ThatThrows_IsMadeAgainBeforeTheMapFails()
    {
        var dag = new DagBuilder("d");
        dag.Task("a", "noop").Map("{{ params.list }}");
        dag.RequiredParam("list");
        var bench = new RunBench(dag.Build());

        for (var losses = 0; losses < 2; losses++)
        {
            bench.Throw(ActivityNames.ExpandMap);
            Assert.False(bench.IsFinal);
            bench.Fire(bench.Timers.Single().Key);
        }
        bench.Throw(ActivityNames.ExpandMap);

        Assert.True(bench.IsFinal);
        Assert.Contains("the storage is away", bench["a"].Reason, StringComparison.Ordinal);
    }
}

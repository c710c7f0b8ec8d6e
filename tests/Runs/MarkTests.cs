using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>What was marked by hand keeps its state, whatever is decided anew around it.</summary>
public sealed class MarkTests
{
    [Fact]
    public async Task Mark_OfAnInstanceAndOfWhatItsMapWaitsFor_KeepsBoth()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var (first, second) = (dag.Work("first"), dag.Work("second"));
        dag.Link(dag.All(first, second) >> dag.Work("each").Map([1]));
        await scene.RunAsync(dag.Build());
        await scene.Host.Runs.MarkAsync("r", new MarkCommand([new("first", [])], TaskState.Failed));
        await scene.EndAsync();

        await scene.Host.Runs.MarkAsync("r", new MarkCommand([new("second", []), new("each", ["0"])], TaskState.Skipped));
        await scene.EndAsync();

        Assert.Equal("each[0]:Skipped first:Failed second:Skipped", await scene.StatesAsync());
    }
}

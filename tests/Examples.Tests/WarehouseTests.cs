using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Examples.Tests;

public sealed class WarehouseTests
{
    private static readonly DagSpec Dag = Read();

    [Fact]
    public void Dag_IsValid() => Assert.Empty(DagValidator.Validate(Dag, BuiltInOperators.Catalog.Manifests));

    [Fact]
    public void Dag_WaitsForBothTablesOfItsSql() =>
        Assert.Equal(["raw.customers", "raw.orders"], Dag.Tasks.Where(task => task.Operator == "partition").Select(task => task.With.GetProperty("table").GetString()).Order());

    [Fact]
    public void Dag_NamesAProgramThatTheStandInHas()
    {
        var file = Dag.Tasks.Single(task => task.Operator == "livy").With.GetProperty("file").GetString()!;

        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "warehouse", file["local:/".Length..])));
    }

    private static DagSpec Read()
    {
        var read = DagYaml.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "warehouse", "dag.yaml")));
        Assert.Empty(read.Problems);
        return Assert.Single(read.Dags).Dag;
    }
}

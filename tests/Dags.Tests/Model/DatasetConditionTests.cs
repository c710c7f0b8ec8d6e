namespace Updraft.Dags.Tests;

public sealed class DatasetConditionTests
{
    [Fact]
    public void Holds_NestedCondition_AsItsPartsSay()
    {
        var condition = DatasetCondition.AllOf("flights", DatasetCondition.AnyOf("weather", DatasetCondition.AllOf("radar", "satellite")));
        Assert.True(Holds(condition, "flights", "weather"));
        Assert.True(Holds(condition, "flights", "radar", "satellite"));
        Assert.False(Holds(condition, "flights", "radar"));
        Assert.False(Holds(condition, "weather", "radar", "satellite"));
        Assert.Equal(["flights", "radar", "satellite", "weather"], condition.Names());
    }

    /// <summary>What means the same has one hash.</summary>
    [Theory]
    [InlineData("[a]", "a")]
    [InlineData("{any: [{all: [a]}]}", "a")]
    [InlineData("{all: [b, a, b]}", "[a, b]")]
    [InlineData("[c, [b, {all: [a]}]]", "[a, b, c]")]
    [InlineData("{any: [c, {any: [a, [e, d]]}]}", "{any: [a, [d, e], c]}")]
    public void Hash_SameCondition_IsEqual(string one, string other) => Assert.Equal(DagJson.Hash(Dag(one)), DagJson.Hash(Dag(other)));

    [Fact]
    public void Hash_OtherCondition_Differs() => Assert.NotEqual(DagJson.Hash(Dag("{any: [a, b]}")), DagJson.Hash(Dag("[a, b]")));

    private static bool Holds(DatasetCondition condition, params string[] landed) => condition.Holds(landed.Contains);

    private static DagSpec Dag(string datasets) => DagYaml.Read($"name: d\nschedule: {{datasets: {datasets}}}\ntasks: {{t: {{shell: {{}}}}}}").Dags.Single().Dag;
}

namespace Updraft.Infra.Tests.Monitoring;

/// <summary>Each query can be read, and asks for what there is.</summary>
public sealed class QueryTests
{
    public static IEnumerable<object[]> Names => Queries.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_AsWritten_IsWellFormed(string name) => Assert.Empty(Queries.All[name].Mistakes());

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfMetrics_NamesThoseThatAreMeasured(string name)
    {
        var query = Queries.All[name];

        Assert.Empty(query.Metrics.Except(Instruments.Names));
        if (query.Metrics.Count > 0) Assert.Empty(query.Labels.Except(query.Metrics.SelectMany(Instruments.LabelsOf)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfSpans_NamesTagsThatTheyCarry(string name) => Assert.Empty(Queries.All[name].Tags.Except(Instruments.Tags));

    [Fact]
    public void Queries_TogetherAskForMetricsAndSpans()
    {
        Assert.Contains("updraft.task.lag", Instruments.Names);
        Assert.Contains("updraft.heartbeat.age", Instruments.Names);
        Assert.Equal(["dag", "held"], Instruments.LabelsOf("updraft.task.lag"));
        Assert.Contains(Queries.All.Values, query => query.Metrics.Count > 0);
        Assert.Contains(Queries.All.Values, query => query.Tags.Count > 0);
    }

    [Theory]
    [InlineData("AppMetrics | where Name == \"a\" | summarize sum(Sum) by bin(TimeGenerated, 5m)", null)]
    [InlineData("AppMetrics | where (Name == \"a\"", "counterpart")]
    [InlineData("AppMetrics | summarise sum(Sum)", "no operator")]
    [InlineData("AppMetrics | where Names == \"a\"", "'Names' is nothing known")]
    [InlineData("AppMetrics | where DurationMs > 1", "'DurationMs' is nothing known")]
    [InlineData("Metrics | where true", "no table")]
    public void Mistakes_OfAQuery_AreFound(string text, string? mistake)
    {
        var found = string.Join("; ", new Query(text).Mistakes());

        if (mistake is null) Assert.Empty(found);
        else Assert.Contains(mistake, found, StringComparison.Ordinal);
    }
}

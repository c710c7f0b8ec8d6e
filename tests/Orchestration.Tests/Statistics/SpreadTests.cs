namespace Updraft.Orchestration.Tests;

public sealed class SpreadTests
{
    private static Spread Of(params double[] seconds) => seconds.Aggregate(Spread.Empty, (sum, each) => sum.With(TimeSpan.FromSeconds(each)));

    [Fact]
    public void Percentile_OfNothing_IsNull() => Assert.Null(Spread.Empty.Percentile(0.5));

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.95, 950)]
    [InlineData(1, 1000)]
    public void Percentile_OfManyDurations_IsRightToAFifth(double part, double seconds)
    {
        var found = Of([.. Enumerable.Range(1, 1000).Select(n => (double)n)]).Percentile(part)!.Value.TotalSeconds;

        Assert.InRange(found, seconds * 0.8, seconds * 1.2);
    }

    [Fact]
    public void With_ADurationTakenBack_IsAsWithout() => Assert.Equal(Of(1, 70).Counts, Of(1, 5, 70).With(TimeSpan.FromSeconds(5), -1).Counts);

    [Fact]
    public void With_Another_IsBoth() => Assert.Equal(Of(1, 2, 300).Counts, Of(1, 300).With(Of(2)).Counts);

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void With_ExtremeDuration_IsCounted(double seconds) => Assert.Equal(1, Of(seconds).Total);
}

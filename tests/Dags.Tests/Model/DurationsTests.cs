namespace Updraft.Dags.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("0s", 0)]
    [InlineData("1m5ms", 60_005)]
    public void Parse_WellFormed_IsThatLong(string text, long milliseconds) => Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("1h 30m")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1w")]
    [InlineData("1H")]
    [InlineData("٣m")]
    [InlineData("99999999999999999999d")]
    [InlineData("106751991d106751991d")]
    [InlineData("10675199d24h")]
    public void Parse_NoDuration_FailsWithCodeAndText(string text)
    {
        var failure = Assert.Throws<UpdraftException>(() => Durations.Parse(text));
        Assert.Equal(TimeErrors.Duration, failure.Code);
        Assert.Contains($"'{text}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90s", "1m30s")]
    [InlineData("24h", "1d")]
    [InlineData("1500ms", "1s500ms")]
    [InlineData("0m", "0s")]
    [InlineData("1d2h3m4s5ms", "1d2h3m4s5ms")]
    public void Format_AnyDuration_IsCanonical(string text, string canonical)
    {
        Assert.Equal(canonical, Durations.Format(Durations.Parse(text)));
        Assert.Equal(Durations.Parse(text), Durations.Parse(canonical));
    }

    [Fact]
    public void Format_NegativeOrFinerThanMilliseconds_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Durations.Format(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Durations.Format(TimeSpan.FromTicks(1)));
    }
}

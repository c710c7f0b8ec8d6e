namespace Updraft.Cli.Tests;

public sealed class ElapsedTests
{
    [Theory]
    [InlineData(-5, "0ms")]
    [InlineData(0, "0ms")]
    [InlineData(85, "85ms")]
    [InlineData(999.6, "1.0s")]
    [InlineData(3_249, "3.2s")]
    [InlineData(9_960, "10s")]
    [InlineData(48_000, "48s")]
    [InlineData(59_600, "0m59s")]
    [InlineData(185_000, "3m05s")]
    [InlineData(7_630_000, "2h07m")]
    [InlineData(273_600_000, "3d04h")]
    public void Format_Time_HasTheDigitsThatMatter(double milliseconds, string expected) =>
        Assert.Equal(expected, Elapsed.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(812, "812 B")]
    [InlineData(1_434, "1.4 KB")]
    [InlineData(24_117_248, "23 MB")]
    [InlineData(long.MaxValue, "8388608 TB")]
    public void Format_Size_HasTheDigitsThatMatter(long bytes, string expected) => Assert.Equal(expected, Sizes.Format(bytes));
}

namespace Updraft.Dags.Tests;

public sealed class CanonicalNumberTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("10e-1", "1")]
    [InlineData("-0.0", "0")]
    [InlineData("0e99", "0")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("1e2", "100")]
    [InlineData("1E+2", "100")]
    [InlineData("12345678901234567890.10", "12345678901234567890.1")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.00000012", "1.2e-7")]
    [InlineData("1e30", "1e30")]
    [InlineData("1230e30", "1.23e33")]
    public void Of_SameValue_SameSpelling(string json, string expected) => Assert.Equal(expected, CanonicalNumber.Of(json));

    [Theory]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999")]
    public void Of_OutOfRange_IsRefused(string json) => Assert.Throws<FormatException>(() => CanonicalNumber.Of(json));

    [Fact]
    public void Of_AnySpelledDouble_KeepsItsValue()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var value = Math.Round(random.NextDouble(), random.Next(12)) * Math.Pow(10, random.Next(-40, 40)) * (random.Next(2) * 2 - 1);
            var text = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            var canonical = CanonicalNumber.Of(text);
            Assert.Equal(value, double.Parse(canonical, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(canonical, CanonicalNumber.Of(canonical));
        }
    }
}

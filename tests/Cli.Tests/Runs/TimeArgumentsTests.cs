using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class TimeArgumentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 8, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2h", "2026-03-08T10:00:00Z")]
    [InlineData("7d", "2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01", "2026-03-01T00:00:00Z")]
    [InlineData("2026-03-01T06:30", "2026-03-01T06:30:00Z")]
    [InlineData("2026-03-01T06:30+02:00", "2026-03-01T04:30:00Z")]
    public void Since_TimeOrDuration_IsATime(string text, string expected) => Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), TimeArguments.Since(text, Now));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("-2h")]
    public void Since_Neither_IsRefused(string text) => Assert.Equal(CliErrors.Time, Assert.Throws<UpdraftException>(() => TimeArguments.Since(text, Now)).Code);
}

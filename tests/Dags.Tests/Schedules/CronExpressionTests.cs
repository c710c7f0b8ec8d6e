using static Updraft.Dags.Tests.ScheduleText;

namespace Updraft.Dags.Tests;

public sealed class CronExpressionTests
{
    // 2026-01-01 is a Thursday.
    [Theory]
    [InlineData("*/15 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z")]
    [InlineData("5,10 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z")]
    [InlineData("50/5 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:50:00Z")]
    [InlineData("10-20/5 3 * * *", "2026-01-01T03:15:00Z", "2026-01-01T03:20:00Z")]
    [InlineData("0 9-17 * * MON-FRI", "2026-01-02T17:00:00Z", "2026-01-05T09:00:00Z")]
    [InlineData("0 0 * * fri-sun", "2026-01-04T00:00:00Z", "2026-01-09T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("0 0 * * 0", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("0 0 * * 5-7", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("0 0 1 JAN,jul *", "2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z")]
    [InlineData("0 0 31 * *", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z")]
    [InlineData("*/20 30 12 * * *", "2026-01-01T12:30:20Z", "2026-01-01T12:30:40Z")]
    [InlineData("*/20 30 12 * * *", "2026-01-01T12:30:40.0000001Z", "2026-01-02T12:30:00Z")]
    [InlineData("  0   0 *\t* * ", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@annually", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("@midnight", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("@Hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")]
    public void NextTick_EachForm_IsTheFirstMatchAfter(string cron, string after, string expected) => Assert.Equal(expected, Text(Cron(cron).NextTick(At(after))));

    [Theory]
    [InlineData("0 0 13 * FRI", new[] { "2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z" })] // both restricted: either
    [InlineData("0 0 * * FRI", new[] { "2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-16T00:00:00Z" })]
    [InlineData("0 0 13 * *", new[] { "2026-01-13T00:00:00Z" })]
    [InlineData("0 0 */3 * FRI", new[] { "2026-01-16T00:00:00Z" })] // a step from * restricts nothing of its own: both
    public void Ticks_DayOfMonthAndDayOfWeek_FollowTradition(string cron, string[] expected) =>
        Assert.Equal(expected, Ticks(Cron(cron), "2026-01-01T00:00:00Z", "2026-01-17T00:00:00Z"));

    [Fact]
    public void Ticks_LeapDay_SkipsTheCommonYearsAndTheCommonCentury() => Assert.Equal(
        ["2088-02-29T00:00:00Z", "2092-02-29T00:00:00Z", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"],
        Ticks(Cron("0 0 29 2 *"), "2087-01-01T00:00:00Z", "2105-01-01T00:00:00Z"));

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("* * * *", "it has 4 fields, and cron has 5")]
    [InlineData("* * * * * * *", "it has 7 fields, and cron has 5")]
    [InlineData("60 * * * *", "minute 60 is not between 0 and 59")]
    [InlineData("60 * * * * *", "second 60 is not between 0 and 59")]
    [InlineData("* 24 * * *", "hour 24 is not between 0 and 23")]
    [InlineData("* * 0 * *", "day of month 0 is not between 1 and 31")]
    [InlineData("* * 32 * *", "day of month 32 is not between 1 and 31")]
    [InlineData("* * * 13 *", "month 13 is not between 1 and 12")]
    [InlineData("* * * * 8", "day of week 8 is not between 0 and 7")]
    [InlineData("* * * FOO *", "month 'FOO' is neither a number, a name nor '*'")]
    [InlineData("MON * * * *", "minute 'MON' is neither a number nor '*'")]
    [InlineData("-1 * * * *", "minute '' is neither a number nor '*'")]
    [InlineData("1,,2 * * * *", "minute '' is neither a number nor '*'")]
    [InlineData("? * * * *", "minute '?' is neither a number nor '*'")]
    [InlineData("30-10 * * * *", "minute range '30-10' runs backwards; write it as two ranges")]
    [InlineData("* * * * FRI-MON", "day of week range 'FRI-MON' runs backwards")]
    [InlineData("*/0 * * * *", "minute step '0' is not a number from 1 to 59")]
    [InlineData("*/x * * * *", "minute step 'x' is not a number from 1 to 59")]
    [InlineData("*/60 * * * *", "minute step '60' is not a number from 1 to 59")]
    [InlineData("1-2-3 * * * *", "minute '2-3' is neither a number nor '*'")]
    [InlineData("@reboot", "the names are @yearly, @monthly, @weekly, @daily, @midnight and @hourly")]
    public void Create_BadCron_FailsWithOneClearMessage(string cron, string reason)
    {
        var failure = Assert.Throws<UpdraftException>(() => Cron(cron));
        Assert.Equal(TimeErrors.Cron, failure.Code);
        Assert.StartsWith($"cron '{cron}' cannot be read: {reason}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_HugeCron_FailsWithoutQuotingIt() =>
        Assert.InRange(Assert.Throws<UpdraftException>(() => Cron(new string('*', 100_000))).Message.Length, 1, 200);

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 2,4,6,9,11 *")]
    [InlineData("0 0 30 2 */2")]
    public void Create_CronThatNeverFires_Fails(string cron) => Assert.Equal(TimeErrors.NeverFires, Assert.Throws<UpdraftException>(() => Cron(cron)).Code);

    [Theory]
    [InlineData("0 0 30 2 MON", "2026-02-02T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 31 2,3 *", "2026-03-31T00:00:00Z")]
    public void Create_CronThatFiresAfterAll_IsAccepted(string cron, string first) => Assert.Equal(first, Text(Cron(cron).NextTick(At("2026-01-01"))));
}

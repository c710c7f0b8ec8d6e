using static Updraft.Dags.Tests.ScheduleText;

namespace Updraft.Dags.Tests;

/// <summary>Each daylight-saving rule by name. In Paris, clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.</summary>
public sealed class DaylightSavingTests
{
    private const string Paris = "Europe/Paris";

    [Fact]
    public void HourStar_InAGap_LeavesTheMissingHourOut() => Assert.Equal(
        ["2026-03-28T23:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"], // 00:30, 01:30, 03:30, 04:30
        Ticks(Cron("30 * * * *", Paris), "2026-03-28T23:00:00Z", "2026-03-29T03:00:00Z"));

    [Fact]
    public void HourStar_InARepeat_TicksAgain() => Assert.Equal(
        ["2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"], // 01:30, 02:30, 02:30, 03:30
        Ticks(Cron("30 * * * *", Paris), "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"));

    [Fact]
    public void FixedHour_InAGap_TicksAtTheFirstValidInstant() => Assert.Equal(
        ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        Ticks(Cron("30 2 * * *", Paris), "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"));

    [Fact]
    public void FixedHour_InARepeat_TicksOnceAtTheEarlier() => Assert.Equal(
        ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        Ticks(Cron("30 2 * * *", Paris), "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"));

    [Theory]
    [InlineData("0 */1 * * *")]
    [InlineData("0 0-23 * * *")]
    public void HourStep_InARepeat_IsAnyOtherHourFieldAndTicksOnce(string cron) => Assert.Equal(
        ["2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"], // 01:00, 02:00 of the first pass, 03:00
        Ticks(Cron(cron, Paris), "2026-10-24T22:00:00Z", "2026-10-25T02:00:00Z"));

    [Fact]
    public void FixedHour_TicksAtOneInstant_AreOneTick() => Assert.Equal(
        ["2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z"], // 01:45; 02:00 to 02:45 and 03:00; 03:15
        Ticks(Cron("*/15 1,2,3 * * *", Paris), "2026-03-29T00:30:00Z", "2026-03-29T01:15:00Z"));

    [Fact]
    public void FixedHour_AfterTheSecondPassOfARepeatHasBegun_WaitsForTheNextDay() =>
        Assert.Equal("2026-10-26T01:30:00Z", Text(Cron("30 2 * * *", Paris).NextTick(At("2026-10-25T01:10:00Z"))));

    [Fact]
    public void FixedHour_EverySecondOfARepeat_TicksInTheFirstPassOnly()
    {
        var schedule = Cron("* * 2 * * *", Paris);
        Assert.Equal("2026-10-25T00:59:59Z", Text(schedule.NextTick(At("2026-10-25T00:59:58Z"))));
        Assert.Equal("2026-10-26T01:00:00Z", Text(schedule.NextTick(At("2026-10-25T00:59:59Z"))));
        Assert.Equal("2026-10-26T01:00:00Z", Text(schedule.NextTick(At("2026-10-25T01:20:00Z"))));
        Assert.Equal("2026-10-25T00:59:59Z", Text(schedule.PreviousTick(At("2026-10-25T01:20:00Z"))));
        Assert.Equal("2026-10-25T00:59:59Z", Text(schedule.PreviousTick(At("2026-10-26T01:00:00Z"))));
    }

    [Fact]
    public void Midnight_InAGap_TicksWhenTheDayBegins() => Assert.Equal( // Santiago goes from 24:00 to 01:00 on 6 September 2026
        ["2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"],
        Ticks(Cron("@daily", "America/Santiago"), "2026-09-05T00:00:00Z", "2026-09-07T12:00:00Z"));

    [Fact]
    public void Daily_OnADateThatAZoneLeftOut_IsOneTickWithTheNext() => Assert.Equal( // Samoa had no 30 December 2011
        ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"],
        Ticks(Cron("@daily", "Pacific/Apia"), "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"));

    [Fact]
    public void HalfHourChange_IsNoSpecialCase() => Assert.Equal( // Lord Howe goes from 02:00 back to 01:30 on 5 April 2026, at 15:00 UTC
        ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T16:15:00Z"],
        Ticks(Cron("45 * * * *", "Australia/Lord_Howe"), "2026-04-04T14:30:00Z", "2026-04-04T17:00:00Z"));

    [Fact]
    public void Every_OverAChange_CountsElapsedTime() => Assert.Equal(
        ["2026-03-29T00:00:00Z", "2026-03-29T06:00:00Z", "2026-03-29T12:00:00Z"],
        Ticks(Schedule.Create(new ScheduleSpec { Every = TimeSpan.FromHours(6), TimeZone = Paris }), "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"));

    [Fact]
    public void IntervalOf_DayOfAChange_IsAsLongAsTheDay()
    {
        var daily = Cron("@daily", Paris);
        Assert.Equal(TimeSpan.FromHours(23), Length(daily.IntervalOf(At("2026-03-29T22:00:00Z"))));
        Assert.Equal(TimeSpan.FromHours(25), Length(daily.IntervalOf(At("2026-10-25T23:00:00Z"))));
    }

    private static TimeSpan Length(DataInterval interval) => interval.End - interval.Start;
}

using static Updraft.Dags.Tests.ScheduleText;

namespace Updraft.Dags.Tests;

/// <summary>The rules of schedules, but for daylight saving.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData("10s", null, "2026-01-01T00:00:05Z", "2026-01-01T00:00:10Z")]
    [InlineData("7m", null, "1970-01-01T00:00:00Z", "1970-01-01T00:07:00Z")]
    [InlineData("7m", null, "1969-12-31T23:59:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("7m", null, "1969-12-31T23:50:00Z", "1969-12-31T23:53:00Z")]
    [InlineData("1h", "2026-01-01T00:20:00Z", "2026-01-01T00:20:00Z", "2026-01-01T01:20:00Z")]
    [InlineData("1h", "2026-01-01T00:20:00Z", "2026-01-01T05:20:00Z", "2026-01-01T06:20:00Z")]
    [InlineData("1h", "2026-01-01T00:20:00Z", "2000-01-01T00:00:00Z", "2026-01-01T01:20:00Z")]
    public void NextTick_Every_CountsElapsedTimeFromStartElseTheEpoch(string every, string? start, string after, string expected) =>
        Assert.Equal(expected, Text(Every(every, start).NextTick(At(after))));

    [Fact]
    public void Ticks_Every_GoTheSameWayBack() => Assert.Equal(
        ["1969-12-31T23:59:50Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:10Z"],
        Ticks(Every("10s"), "1969-12-31T23:59:45Z", "1970-01-01T00:00:15Z"));

    [Fact]
    public void NextTick_AtStart_IsStrictlyAfterIt()
    {
        Assert.Equal("2026-01-02T00:00:00Z", Text(Cron("@daily", start: "2026-01-01T00:00:00Z").NextTick(At("2020-01-01"))));
        Assert.Equal("2026-01-01T00:00:00Z", Text(Cron("@daily", start: "2025-12-31T23:59:59Z").NextTick(At("2020-01-01"))));
    }

    [Fact]
    public void PreviousTick_AtStart_IsStrictlyAfterIt()
    {
        var schedule = Cron("@daily", start: "2026-01-01T00:00:00Z");
        Assert.Equal("2026-01-02T00:00:00Z", Text(schedule.PreviousTick(At("2026-01-02T00:00:01Z"))));
        Assert.Null(schedule.PreviousTick(At("2026-01-02T00:00:00Z")));
    }

    [Fact]
    public void Ticks_End_IncludeATickAtTheEndAndNoneAfter() =>
        Assert.Equal(["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"], Ticks(Cron("@daily", end: "2026-01-03T00:00:00Z"), "2026-01-01", "2026-02-01"));

    [Fact]
    public void NextTick_AtOrAfterEnd_IsNone()
    {
        var schedule = Cron("@daily", end: "2026-01-03T00:00:00Z");
        Assert.Null(schedule.NextTick(At("2026-01-03T00:00:00Z")));
        Assert.Null(Cron("@daily", end: "2026-01-03T23:00:00Z").NextTick(At("2026-01-03T00:00:00Z")));
    }

    [Fact]
    public void IntervalOf_Tick_BeginsAtThePreviousTick() => Assert.Equal(
        new DataInterval(At("2026-01-02T00:00:00Z"), At("2026-01-05T00:00:00Z")),
        Cron("0 0 * * MON-FRI").IntervalOf(At("2026-01-05T00:00:00Z")));

    [Theory]
    [InlineData("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z")] // start is the later
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")] // both
    [InlineData("2025-12-25T00:00:00Z", "2026-01-01T00:00:00Z")] // the previous tick is the later
    public void IntervalOf_FirstTick_BeginsAtTheLaterOfPreviousTickAndStart(string start, string begin) => Assert.Equal(
        new DataInterval(At(begin), At("2026-01-02T00:00:00Z")),
        Cron("@daily", start: start).IntervalOf(At("2026-01-02T00:00:00Z")));

    [Fact]
    public void IntervalOf_FirstTickOfEvery_BeginsAtStart() => Assert.Equal(
        new DataInterval(At("2026-01-01T00:20:00Z"), At("2026-01-01T01:20:00Z")),
        Every("1h", start: "2026-01-01T00:20:00Z").IntervalOf(At("2026-01-01T01:20:00Z")));

    [Theory]
    [InlineData("2026-01-03T12:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("2026-01-02T23:59:59Z", "2026-01-01T10:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("2027-01-01T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z")]
    public void LastIntervalBefore_Instant_IsTheLastFullOne(string instant, string begin, string end) => Assert.Equal(
        new DataInterval(At(begin), At(end)),
        Cron("@daily", start: "2026-01-01T10:00:00Z", end: "2026-01-10T12:00:00Z").LastIntervalBefore(At(instant)));

    [Fact]
    public void LastIntervalBefore_FirstTick_IsNone() => Assert.Null(Cron("@daily", start: "2026-01-01T10:00:00Z").LastIntervalBefore(At("2026-01-01T23:59:59Z")));

    [Fact]
    public void NextTick_AnyOffset_GivesUtc()
    {
        var tick = Cron("0 9 * * *", "Asia/Kolkata").NextTick(At("2026-01-01T09:00:00+05:30"));
        Assert.Equal("2026-01-02T03:30:00Z", Text(tick));
        Assert.Equal(TimeSpan.Zero, tick!.Value.Offset);
    }

    [Theory]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 * 29 2 *")]
    [InlineData("*/5 0 0 29 2 *")]
    [InlineData("0 0 29 2 */7")] // 29 February on a Sunday
    public void NextTick_RareTicks_ComeQuickly(string cron)
    {
        // A search that stepped by minutes would take hours over this range.
        var schedule = Cron(cron, "America/New_York");
        var count = 0;
        for (var tick = schedule.NextTick(At("1900-01-01")); tick < At("2900-01-01"); tick = schedule.NextTick(tick.Value.AddDays(1)))
        {
            Assert.Equal(tick, schedule.PreviousTick(tick.Value.AddTicks(1)));
            count++;
        }
        Assert.InRange(count, 30, 500);
    }

    [Theory]
    [InlineData("@daily", "Pacific/Kiritimati")]
    [InlineData("59 * 31 12 *", "Etc/GMT+12")]
    [InlineData("59 23 31 12 *", "America/New_York")]
    public void Ticks_AtTheEdgesOfTheCalendar_EndWithoutFailure(string cron, string zone)
    {
        var schedule = Cron(cron, zone);
        Assert.Null(schedule.NextTick(DateTimeOffset.MaxValue));
        Assert.Null(schedule.NextTick(At("9999-01-01")));
        Assert.NotNull(schedule.NextTick(DateTimeOffset.MinValue));
        Assert.Null(schedule.PreviousTick(DateTimeOffset.MinValue));
        Assert.Null(schedule.PreviousTick(schedule.NextTick(DateTimeOffset.MinValue)!.Value));
        Assert.NotNull(schedule.PreviousTick(DateTimeOffset.MaxValue));
        Assert.Null(schedule.NextTick(schedule.PreviousTick(DateTimeOffset.MaxValue)!.Value));
        Assert.NotNull(schedule.LastIntervalBefore(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void Ticks_EveryAtTheEdgesOfTheCalendar_EndWithoutFailure()
    {
        Assert.Null(Every("1d").NextTick(DateTimeOffset.MaxValue));
        Assert.Null(Every("1d").PreviousTick(DateTimeOffset.MinValue));
        Assert.Null(Every("10000000d").NextTick(At("2026-01-01")));
    }

    [Theory]
    [InlineData("@daily", "2026-03-29T00:00:00Z", "1h")]
    [InlineData("*/5 * * * *", "2026-03-29T00:05:00Z", "5m")]
    [InlineData("*/10 * * * * *", "2026-03-29T00:00:20Z", "10s")]
    [InlineData("0,1 * * * *", "2026-03-29T00:01:00Z", "1m")]
    [InlineData("0,1 * * * *", "2026-03-29T01:00:00Z", "59m")]
    public void GraceOf_NotGiven_IsTheShorterOfOneIntervalAndAnHour(string cron, string tick, string grace) =>
        Assert.Equal(Durations.Parse(grace), Cron(cron).GraceOf(At(tick)));

    [Fact]
    public void GraceOf_FirstTick_DoesNotDependOnTheStart() =>
        Assert.Equal(TimeSpan.FromHours(1), Cron("30 6 * * *", start: "2026-03-29T06:29:59Z").GraceOf(At("2026-03-29T06:30:00Z")));

    [Fact]
    public void GraceOf_Given_IsThat() =>
        Assert.Equal(TimeSpan.Zero, Schedule.Create(new ScheduleSpec { Cron = "@daily", Grace = TimeSpan.Zero }).GraceOf(At("2026-03-29T00:00:00Z")));

    [Theory]
    [InlineData("Europe/Pariss")]
    [InlineData("europe/paris")]
    [InlineData("CET+1")]
    [InlineData("UTC+3")]
    [InlineData("")]
    public void Create_UnknownTimeZone_Fails(string zone)
    {
        var failure = Assert.Throws<UpdraftException>(() => Cron("@daily", zone));
        Assert.Equal(TimeErrors.TimeZone, failure.Code);
        Assert.StartsWith($"time zone '{zone}' is not in the tz database", failure.Message, StringComparison.Ordinal);
    }

    public static readonly TheoryData<ScheduleSpec, string> Contradictions = new()
    {
        { new ScheduleSpec(), "it needs 'cron' or 'every', and not both" },
        { new ScheduleSpec { Cron = "@daily", Every = TimeSpan.FromHours(1) }, "it needs 'cron' or 'every', and not both" },
        { new ScheduleSpec { Every = TimeSpan.FromMilliseconds(999) }, "'every' is shorter than one second" },
        { new ScheduleSpec { Cron = "@daily", Start = At("2026-01-02"), End = At("2026-01-02") }, "its end 2026-01-02T00:00:00.0000000+00:00 is not after its start" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Create_FieldsThatContradict_Fail(ScheduleSpec spec, string reason)
    {
        var failure = Assert.Throws<UpdraftException>(() => Schedule.Create(spec));
        Assert.Equal(TimeErrors.Schedule, failure.Code);
        Assert.StartsWith($"the schedule cannot be used: {reason}", failure.Message, StringComparison.Ordinal);
    }
}

using System.Collections.Immutable;

namespace Updraft.Orchestration.Tests;

public sealed class WaitRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IntervalOf_WithBackoff_GrowsAsIntervalsByAFactorDo()
    {
        var wait = Wait(new() { Interval = TimeSpan.FromSeconds(10), Backoff = 2, MaxInterval = TimeSpan.FromMinutes(2) });

        var waits = new List<double>();
        for (var at = Start; waits.Count < 6; at += TimeSpan.FromSeconds(waits[^1])) waits.Add(WaitRules.IntervalOf(wait, at).TotalSeconds);

        Assert.Equal([10, 20, 40, 80, 120, 120], waits);
    }

    [Fact]
    public void IntervalOf_LookBeforeTheWait_IsTheFirst() =>
        Assert.Equal(TimeSpan.FromSeconds(10), WaitRules.IntervalOf(Wait(new() { Interval = TimeSpan.FromSeconds(10), Backoff = 3 }), Start - TimeSpan.FromHours(1)));

    [Fact]
    public void WithJitter_IsUpToAFifthLongerAndTheSameForTheSameLook()
    {
        var minute = TimeSpan.FromMinutes(1);
        var waits = Enumerable.Range(0, 200).Select(look => WaitRules.WithJitter(minute, WatcherPaths.Of("k"), look)).ToArray();

        Assert.All(waits, wait => Assert.InRange(wait, minute, WaitRules.MostOf(minute)));
        Assert.True(waits.Distinct().Count() > 190);
        Assert.Equal(waits[7], WaitRules.WithJitter(minute, WatcherPaths.Of("k"), 7));
        Assert.NotEqual(waits[7], WaitRules.WithJitter(minute, WatcherPaths.Of("other"), 7));
    }

    [Theory]
    [InlineData(null, null, null, AttemptOutcome.Failed)]
    [InlineData(10, null, 10, AttemptOutcome.Failed)]
    [InlineData(null, 5, 5, AttemptOutcome.TimedOut)]
    [InlineData(10, 5, 5, AttemptOutcome.TimedOut)]
    [InlineData(5, 10, 5, AttemptOutcome.Failed)]
    [InlineData(5, 5, 5, AttemptOutcome.Failed)]
    public void GivesUpAt_IsTheFirstOfDeadlineAndTimeout(int? deadline, int? timeout, int? expected, AttemptOutcome outcome)
    {
        var wait = Wait(new() { Deadline = Minutes(deadline) }, Minutes(timeout));

        Assert.Equal(Start + Minutes(expected), WaitRules.GivesUpAt(wait));
        if (expected is not null) Assert.Equal(outcome, WaitRules.GivenUp(wait).Outcome);
    }

    [Fact]
    public void GivenUp_Softly_Skips() =>
        Assert.Equal((AttemptOutcome.Skipped, JobErrors.Deadline), (WaitRules.GivenUp(Wait(new() { Deadline = TimeSpan.FromMinutes(1), SoftFail = true })).Outcome, JobErrors.Deadline));

    [Fact]
    public void Unreachable_CountsOnlyLooksSinceTheWaitBegan()
    {
        var wait = Wait(new() { ErrorsTolerated = 2 });
        var before = Enumerable.Range(1, 5).Select(n => Start.AddMinutes(-n)).Reverse().ToImmutableArray();

        Assert.Null(WaitRules.Unreachable(wait, [.. before, Start.AddMinutes(1), Start.AddMinutes(2)], "away"));
        var result = WaitRules.Unreachable(wait, [.. before, Start.AddMinutes(1), Start.AddMinutes(2), Start.AddMinutes(3)], "away");
        Assert.Equal((JobErrors.Unreachable, "could not be looked at 3 times in a row: away"), (result!.Code, result.Reason));
    }

    [Fact]
    public void AndNow_KeepsTheLast()
    {
        ImmutableArray<DateTimeOffset> errors = [];
        for (var n = 0; n < 500; n++) errors = errors.AndNow(Start.AddMinutes(n));

        Assert.Equal((WaitRules.MostErrors, Start.AddMinutes(499)), (errors.Length, errors[^1]));
        Assert.NotNull(WaitRules.Unreachable(Wait(new() { ErrorsTolerated = int.MaxValue }), errors, "away"));
    }

    /// <summary>semantics.md, Rerun: "A cleared sensor ignores what was remembered before the clear."</summary>
    [Theory]
    [InlineData(-23, false, true)]
    [InlineData(-25, false, false)]
    [InlineData(-1, true, false)]
    [InlineData(1, true, true)]
    public void Counts_ByAgeAndForANewTryOnlyWhatCameAfter(int metAtHour, bool anew, bool expected) =>
        Assert.Equal(expected, WaitRules.Counts(new(new() { Outcome = AttemptOutcome.Success }, Start.AddHours(metAtHour)), Wait(new()) with { Anew = anew }, Start));

    private static TimeSpan? Minutes(int? minutes) => minutes is { } count ? TimeSpan.FromMinutes(count) : null;

    private static SharedWait Wait(WaitPolicy policy, TimeSpan? timeout = null) => new()
    {
        Request = new() { Attempt = new() { AttemptId = "r/w/1", RunId = "r", DagHash = "h", TaskId = "w", Try = 1 }, Sensor = true, Timeout = timeout, Parent = RunPaths.Of("r"), ParentKey = "0" },
        Since = Start, Policy = policy, Condition = "x",
    };
}

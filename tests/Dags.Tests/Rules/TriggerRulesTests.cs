namespace Updraft.Dags.Tests;

/// <summary>The table of <c>semantics.md</c>, "Trigger rules".</summary>
public sealed class TriggerRulesTests
{
    private static readonly TriggerRule[] InOrder =
    [
        TriggerRule.AllSuccess, TriggerRule.AllFailed, TriggerRule.AllDone, TriggerRule.AllDoneMinOneSuccess, TriggerRule.AllSkipped, TriggerRule.OneSuccess,
        TriggerRule.OneFailed, TriggerRule.OneDone, TriggerRule.NoneFailed, TriggerRule.NoneFailedMinOneSuccess, TriggerRule.NoneSkipped, TriggerRule.Always,
    ];

    private static readonly string[] Letters = ["", "S", "F", "U", "K"];

    public static TheoryData<TriggerRule> Rules => [.. InOrder];

    [Theory]
    [InlineData("SFK", "U K R R K R R R U U K R")]
    [InlineData("KU", "U K R U K U R K U U K R")]
    [InlineData("S", "R K R R K R K R R R R R")]
    [InlineData("F", "U R R U K U R R U U R R")]
    [InlineData("U", "U R R U K U R K U U R R")]
    [InlineData("K", "K K R K R K K K R K K R")]
    [InlineData("SK", "K K R R K R K R R R K R")]
    [InlineData("FU", "U R R U K U R R U U R R")]
    public void Decide_AllUpstreamsFinal_FollowsTheTable(string upstreams, string outcomes) =>
        Assert.Equal(outcomes, string.Join(' ', InOrder.Select(rule => Letter(TriggerRules.Decide(rule, States(upstreams, complete: true))))));

    [Fact]
    public void Decide_NoUpstreams_RunsWhateverTheRule() =>
        Assert.All(InOrder, rule => Assert.Equal(Verdict.Run, TriggerRules.Decide(rule, States("", complete: true))));

    [Theory]
    [InlineData(TriggerRule.OneSuccess, "S")]
    [InlineData(TriggerRule.OneFailed, "F")]
    [InlineData(TriggerRule.OneFailed, "U")]
    [InlineData(TriggerRule.OneDone, "S")]
    [InlineData(TriggerRule.OneDone, "F")]
    [InlineData(TriggerRule.Always, "")]
    public void Decide_OneRuleMetWhileOthersRun_RunsAtOnce(TriggerRule rule, string upstreams) =>
        Assert.Equal(Verdict.Run, TriggerRules.Decide(rule, States(upstreams, complete: false)));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_TakenEarly_IsWhatItWouldBeWhateverStillCame(TriggerRule rule)
    {
        foreach (var seen in Sets())
            if (TriggerRules.Decide(rule, States(seen, complete: false)) is var early and not Verdict.Undecided)
                Assert.All(Sets().Select(more => seen + more).Where(all => all.Length > 0), all => Assert.Equal(early, TriggerRules.Decide(rule, States(all, complete: true))));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_NotARunAndNothingCouldChangeIt_IsTakenAtOnce(TriggerRule rule)
    {
        foreach (var seen in Sets())
        {
            var outcomes = Sets().Select(more => seen + more).Where(all => all.Length > 0).Select(all => TriggerRules.Decide(rule, States(all, complete: true))).Distinct().ToArray();
            if (outcomes is [not Verdict.Run]) Assert.Equal(outcomes[0], TriggerRules.Decide(rule, States(seen, complete: false)));
        }
    }

    [Theory]
    [InlineData("S", Verdict.Run)]
    [InlineData("SF", Verdict.Run)]
    [InlineData("F", Verdict.UpstreamFailed)]
    [InlineData("UK", Verdict.UpstreamFailed)]
    [InlineData("K", Verdict.Skip)]
    public void DecideTeardown_SetupsFinal_RunsIfOneSucceeded(string setups, Verdict expected) =>
        Assert.Equal(expected, TriggerRules.DecideTeardown(States(setups, complete: true), hasSetups: true));

    [Fact]
    public void DecideTeardown_WorkUnfinished_Waits() => Assert.Equal(Verdict.Undecided, TriggerRules.DecideTeardown(States("S", complete: false), hasSetups: true));

    private static IEnumerable<string> Sets() => from a in Letters from b in Letters from c in Letters from d in Letters select a + b + c + d;

    private static UpstreamStates States(string letters, bool complete) => new(complete, letters.Contains('S'), letters.Contains('F'), letters.Contains('U'), letters.Contains('K'));

    private static char Letter(Verdict verdict) => verdict switch { Verdict.Run => 'R', Verdict.Skip => 'K', Verdict.UpstreamFailed => 'U', _ => '?' };
}

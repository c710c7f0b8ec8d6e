using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs, newest first: days since the end (null: under way) and whether it succeeded.</summary>
    private static string Plan(RetentionPolicy policy, IEnumerable<(double? Days, bool Success)> runs, params string[] referenced)
    {
        var plan = new RetentionPlan(policy, referenced.ToHashSet(), Now);
        return string.Join(' ', runs.Select((run, n) => plan.Next(Entry(n), Summary(run.Days, run.Success))).Select(removal => removal switch
        {
            Removal.Nothing => "-",
            Removal.Logs => "logs",
            Removal.Outputs => "outputs",
            Removal.Run => "run",
            _ => "both",
        }));
    }

    private static RunIndexEntry Entry(int n) => new($"r{n}", "d", Now.AddDays(-n), 1, default);

    private static RunSummary Summary(double? days, bool success) => new()
    {
        Status = days is null ? RunStatus.Running : success ? RunStatus.Success : RunStatus.Failed,
        Trigger = "manual",
        LogicalDate = Now,
        EndedAt = days is { } ago ? Now.UtcDateTime.AddDays(-ago) : null,
    };

    [Fact]
    public void Next_OldRuns_GoByAge() =>
        Assert.Equal("- - both both run", Plan(new(), [(1, true), (29, true), (31, true), (89, true), (91, true)]));

    [Fact]
    public void Next_LogsAndOutputs_HaveAgesOfTheirOwn() =>
        Assert.Equal("- logs both", Plan(new() { Logs = TimeSpan.FromDays(2), Outputs = TimeSpan.FromDays(5) }, [(1, true), (3, true), (6, true)]));

    [Fact]
    public void Next_LastRunAndLastSuccess_StayWhole() =>
        Assert.Equal("- run - run", Plan(new(), [(400, false), (401, false), (402, true), (403, true)]));

    [Fact]
    public void Next_UnfinishedRun_StaysHoweverOld() =>
        Assert.Equal("- - run", Plan(new(), [(null, false), (100, true), (101, true)]));

    [Fact]
    public void Next_MoreThanTheMost_GoByCountAndUnfinishedOnesDoNotCount() =>
        Assert.Equal("- - - run run", Plan(new() { MaxRuns = 2 }, [(null, false), (0.5, true), (0.6, true), (0.7, true), (0.8, true)]));

    [Fact]
    public void Next_RunThatOthersReferTo_Stays() =>
        Assert.Equal("- - run", Plan(new(), [(100, true), (101, true), (102, true)], "r1"));

    [Fact]
    public void Next_JustEnded_StaysAsItsPartsMayStillBeEnding() =>
        Assert.Equal("- - run", Plan(new() { MaxRuns = 1 }, [(0, true), (0.001, true), (0.1, true)]));

    [Fact]
    public void Next_PrunedBefore_IsNotPrunedAgain()
    {
        var plan = new RetentionPlan(new(), new HashSet<string>(), Now);
        plan.Next(Entry(0), Summary(1, true));

        Assert.Equal(Removal.Outputs, plan.Next(Entry(1) with { LogsPurged = true }, Summary(40, true)));
    }

    [Fact]
    public void For_ADagsOwn_GoesBeforeTheHostsFieldByField()
    {
        var policy = new RetentionPolicy().For(new RetentionSpec { Logs = TimeSpan.FromDays(1), MaxRuns = 5 });

        Assert.Equal((90, 1, 30, 5), (policy.Runs.TotalDays, policy.Logs.TotalDays, policy.Outputs.TotalDays, policy.MaxRuns));
    }
}

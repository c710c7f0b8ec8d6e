namespace Updraft.Orchestration.Tests;

/// <summary>The loop on the embedded engine, as it is and in weak mode.</summary>
public sealed class EmbeddedLoopTests
{
    public static TheoryData<int?> Modes => [null, 1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Run_ChainAndWide_DoesEveryStep(int? weakSeed)
    {
        await using var tallies = await EmbeddedTallies.StartAsync(weakSeed);
        await tallies.StartAsync(new() { Chain = 30, Wide = 30 });
        await tallies.EndAsync(1);

        var state = await tallies.StateAsync();
        Assert.Equal(30, state.Chained);
        Assert.Empty(state.Open);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Run_FullHistory_ContinuesAsNew(int? weakSeed)
    {
        await using var tallies = await EmbeddedTallies.StartAsync(weakSeed, new() { MaxEvents = 20 });
        await tallies.StartAsync(new() { Chain = 40, Wide = 5 });
        await tallies.EndAsync(1);

        var state = await tallies.StateAsync();
        Assert.Equal(40, state.Chained);
        Assert.InRange(state.Executions, 3, 40);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Tell_WhileItRunsAndAfterItEnded_IsTakenOnce(int? weakSeed)
    {
        await using var tallies = await EmbeddedTallies.StartAsync(weakSeed, new() { MaxEvents = 40 });
        await tallies.StartAsync(new() { Chain = 5, Pause = TimeSpan.FromSeconds(20) });
        for (var i = 0; i < 5; i++)
        {
            await tallies.PassAsync(TimeSpan.FromSeconds(7));
            await tallies.TellAsync($"n{i}", "more");
        }
        await tallies.EndAsync(1);
        Assert.Equal(10, (await tallies.StateAsync()).Chained);

        await tallies.TellAsync("late", "more");
        await tallies.EndAsync(2);

        var state = await tallies.StateAsync();
        Assert.Equal(11, state.Chained);
        Assert.Equal(["late", "n0", "n1", "n2", "n3", "n4"], state.Told.Order());
    }
}

using Xunit.Abstractions;

namespace Updraft.Runs;

/// <summary>
/// Each scenario dies at every point, k = 0, 1, 2, …, until a play meets none; a user on a new host over the same folder does again what was
/// not acknowledged, and all must end as without a crash. Every third play dies a second time, soon after the first.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Scenarios.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Crash_AtEveryPoint_ChangesNothing(string name)
    {
        var scenario = Scenarios.All.Single(each => each.Name == name);
        var calm = (await PlayAsync(scenario, null)).Ending;
        var (plays, crashes) = (0, 0);
        for (var k = 0; ; k += Depth.IsFull ? 1 : 7)
        {
            var died = (await PlayAsync(scenario, calm, k)).Crashes;
            plays++;
            crashes += died;
            if (died == 0) break;
        }
        output.WriteLine($"{name}: {plays - 1} points, {crashes} crashes");
        Assert.True(plays > 5, $"only {plays} points were met");
    }

    /// <summary>Plays a scenario to its end, over as many hosts as it takes.</summary>
    private static async Task<(Ending Ending, int Crashes)> PlayAsync(Scenario scenario, Ending? calm, params int?[] at)
    {
        var stage = new Stage { IsUnique = true };
        scenario.Set(stage);
        await using var scene = Scene.Empty(stage, scenario.PartSize);
        var user = new User(scene, scenario);
        var faults = at is [int k] ? (int?[])[k, k % 3 == 0 ? 20 + (k % 50) : null] : [];
        for (var crashes = 0; ; crashes++)
        {
            var crash = crashes < faults.Length && faults[crashes] is { } point ? new CrashAt(point) : null;
            try
            {
                await scene.RestartAsync(crash);
                await user.PlayAsync();
                await scene.DrainAsync();
                await Invariants.CheckAsync(user, scenario, calm, crashes);
                return (await Ending.OfAsync(user), crashes);
            }
            catch (Exception failure) when (crash is { Where: not null } && failure is not Xunit.Sdk.XunitException)
            {
                // Whatever the user saw of it, the host is dead.
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{scenario}, {string.Join(" and ", faults.Take(crashes).Select(each => $"a crash at {each}"))}: {failure.Message}", failure);
            }
        }
    }
}

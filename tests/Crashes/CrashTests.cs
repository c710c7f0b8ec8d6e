using Updraft.Embedded;
using Updraft.Orchestration;
using Xunit.Abstractions;

namespace Updraft.Crashes;

/// <summary>
/// Each scenario dies at every point, k = 0, 1, 2, …, until a run meets none; a new engine on the same folder must bring it to the end as if
/// nothing had been. <c>UPDRAFT_TESTS=full</c> takes all points, else every seventh.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly int Step = Environment.GetEnvironmentVariable("UPDRAFT_TESTS") == "full" ? 1 : 7;

    public static TheoryData<string> Scenarios => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Crash_AtEveryWrite_TheRunEndsAsIfNothingHadBeen(string name)
    {
        var scenario = Scenario.All.Single(each => each.Name == name);
        var points = 0;
        for (var k = 0; await CrashesAsync(scenario, k); k += Step) points++;

        output.WriteLine($"{name}: {points} points, every {Step}.");
        Assert.True(points > 40 / Step, $"only {points} points were met");
    }

    /// <summary>Runs the scenario with a crash at point k; false when the run met no such point.</summary>
    private static async Task<bool> CrashesAsync(Scenario scenario, int k)
    {
        await using var world = new World { PartSize = 2 };
        var faults = new CrashAt(k);
        var acknowledged = false;
        try
        {
            await world.OpenAsync(faults);
            await scenario.RunAsync(world, () => acknowledged = true);
        }
        catch (Exception) when (faults.Crashed)
        {
            // The process is dead; whatever it was doing says so in its own way.
        }
        await world.CloseAsync();
        Assert.Equal("ok", EmbeddedReader.CheckIntegrity(world.DataFolder)); // I6

        await world.OpenAsync();
        var where = $"{scenario.Name}, crash at {k}";
        // I7: what was acknowledged is there. I1: and it ends.
        if (acknowledged) Assert.True(await world.Host.Runs.Reader.GetAsync("r") is not null, $"{where}: the acknowledged run is gone");
        await world.Host.Services.ReconcileAsync();
        var run = await scenario.RunAsync(world, () => { });
        Assert.True(run.Body.Status is RunStatus.Success, $"{where}: {run.Body.Status} {run.Body.Reason}");
        Assert.Equal((where, scenario.States), (where, await world.StatesAsync(run)));

        // I4: what was read is what was handed over. I3: no attempt is begun more often than once and the crash.
        var instances = await world.Host.InstancesAsync(run);
        Assert.Equal((where, scenario.Gathered), (where, instances["end"].Output?.Value?.GetRawText()));
        Assert.All(world.Work.Begun, attempt => Assert.True(attempt.Value <= (faults.Crashed ? 2 : 1), $"{where}: {attempt.Key} was begun {attempt.Value} times"));
        Assert.True(world.Work.Begun.Values.Count(times => times > 1) <= 5, $"{where}: more was begun again than was at work");
        return faults.Crashed;
    }
}

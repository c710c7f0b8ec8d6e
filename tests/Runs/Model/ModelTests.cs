using Xunit.Abstractions;

namespace Updraft.Runs;

/// <summary>
/// Random operations against a small reference model: what a run shows is what semantics.md says, whatever was asked of it, and whenever its
/// host died. A failure prints its seed and what was done; <c>UPDRAFT_SEED</c> plays that seed alone.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private static readonly int Operations = Depth.IsFull ? 100_000 : 10_000;

    [Fact]
    public async Task RandomOperations_ShowWhatTheModelSays()
    {
        var crashes = 0;
        var only = Environment.GetEnvironmentVariable("UPDRAFT_SEED") is { } seed ? int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
        var seeds = only is { } one ? Enumerable.Range(one, 1) : Enumerable.Range(0, Operations / ModelPlay.Operations);
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (seed, _) => Interlocked.Add(ref crashes, await PlayAsync(seed)));
        output.WriteLine($"{seeds.Count()} seeds, {crashes} crashes");
    }

    private static async Task<int> PlayAsync(int seed)
    {
        await using var play = new ModelPlay(seed);
        try
        {
            await play.RunAsync();
            return play.Crashes;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"UPDRAFT_SEED={seed}: {failure.Message}{Environment.NewLine}{play.Story}", failure);
        }
    }
}

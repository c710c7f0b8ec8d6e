using System.Diagnostics;
using System.Text;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Bench;

/// <summary>What this machine and disk allow, measured in the same process on the same disk with full durability.</summary>
/// <param name="Commit">Median of a durable commit of one row.</param>
/// <param name="Rows">Rows per second, written a hundred at a time.</param>
internal sealed record Limits(TimeSpan Commit, double Rows)
{
    private const int Commits = 300;
    private const int Batches = 100;
    private const int Batch = 100;

    public static async Task<Limits> MeasureAsync(string folder)
    {
        await using var host = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = Path.Combine(folder, "limits") });
        var write = new DocumentWrite { Content = Encoding.UTF8.GetBytes($"{{\"row\":\"{new string('x', 200)}\"}}") };
        for (var n = 0; n < 50; n++) await host.State.PutAsync($"warm/{n}/", write);

        var commits = new List<TimeSpan>();
        for (var n = 0; n < Commits; n++)
        {
            var started = Stopwatch.GetTimestamp();
            await host.State.PutAsync($"one/{n}/", write);
            commits.Add(Stopwatch.GetElapsedTime(started));
        }

        var all = Stopwatch.GetTimestamp();
        for (var n = 0; n < Batches; n++) await Task.WhenAll(Enumerable.Range(0, Batch).Select(row => host.State.PutAsync($"many/{n}/{row}/", write)));
        return new Limits(commits.Order().ElementAt(Commits / 2), Batches * Batch / Stopwatch.GetElapsedTime(all).TotalSeconds);
    }
}

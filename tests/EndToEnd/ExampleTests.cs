using System.Text.Json;

namespace Updraft.EndToEnd;

public sealed class ExampleTests : IDisposable
{
    private readonly Workspace _here = new();

    private static string Example(string name) => Repository.PathOf("examples", name);

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task FlightDelays_FirstCommandOfTheReadme_LeavesItsReport()
    {
        var ended = (await _here.RunAsync("run", Example("flight-delays"), "--run-id", "r1")).Expect(0);

        var report = Path.Combine(".updraft", "outputs", "r1", "report.md");
        Assert.Contains($"  {report}\n", ended.Output, StringComparison.Ordinal);
        Assert.Equal(88, File.ReadAllLines(Path.Combine(_here.Data, "outputs", "r1", "report.csv")).Length);
        var page = await File.ReadAllTextAsync(Path.Combine(_here.Folder, report));
        Assert.Contains("of 87 models promoted", page, StringComparison.Ordinal);
        Assert.Contains("| promoted |", page, StringComparison.Ordinal);
        Assert.Contains("| held |", page, StringComparison.Ordinal);

        var run = await _here.ShowAsync("r1");
        Assert.Equal((354, 87), (run.CountOf("success"), run.CountOf("skipped")));
        Assert.Contains("flight-delays, run r1: ", (await _here.RunAsync("logs", "r1", "notify")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("SEA: model ", (await _here.RunAsync("logs", "r1", "airport.evaluate[SEA]")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlightDelays_TooManyBadRows_FailsTheRunAndNotifiesAnyway()
    {
        var source = _here.Write("flights.json", """[{"date":"2001/01/01 09:30","delay":4,"distance":256,"origin":"LAS"},{"delay":4},{}]""");

        var ended = await _here.RunAsync("run", Example("flight-delays"), "--run-id", "r1", "--json", "--conf", JsonSerializer.Serialize(new { source, max_bad_rows = 1 }));

        var run = JsonDocument.Parse(ended.Expect(1).Output).RootElement;
        Assert.Equal("failed", Assert.Single(run.StatesOf("check")));
        Assert.Equal("upstream_failed", Assert.Single(run.StatesOf("report")));
        Assert.Equal("success", Assert.Single(run.StatesOf("notify")));
        Assert.Contains("no report was written", (await _here.RunAsync("logs", "r1", "notify")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NightlySales_DagInCSharp_RetriesBranchesAndCleansUp()
    {
        var ended = await _here.RunAsync("run", Example("nightly-sales"), "--run-id", "r1", "--json");

        var run = JsonDocument.Parse(ended.Expect(0).Output).RootElement;
        var fetches = run.GetProperty("tasks").EnumerateArray().Where(instance => instance.GetProperty("task").GetString() == "shop.fetch");
        Assert.Equal([2, 2, 1], fetches.Select(instance => instance.GetProperty("try").GetInt32()));
        Assert.Equal(["skipped", "skipped", "skipped"], run.StatesOf("shop.accept").Concat(run.StatesOf("shop.review")).Where(state => state == "skipped"));
        var workspace = run.GetProperty("tasks").EnumerateArray().First(instance => instance.GetProperty("task").GetString() == "open_workspace").GetProperty("output").GetProperty("value").GetString()!;
        Assert.False(Directory.Exists(workspace));
    }
}

using System.Text.Json;

namespace Updraft.EndToEnd;

/// <summary>Limits, many runs at once, backfills and backups from the command line.</summary>
public sealed class ControlTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Explain_PoolWithoutSlots_NamesItUntilThereAreSome()
    {
        _here.Write("dag.yaml", "name: d\ntasks:\n  a: { shell: { script: 'true' }, pools: [narrow] }\n  b: { after: a, shell: { script: 'true' } }\n");
        (await _here.RunAsync("pools", "set", "narrow", "0", "--description", "one at a time")).Expect(0);
        using var serve = await _here.ServeAsync();
        using var run = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await run.LineAsync("run r1 is running");

        Assert.Contains("'b' waits for 'a'", (await _here.RunAsync("explain", "r1", "b")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("one at a time", (await _here.RunAsync("pools", "list")).Expect(0).Output, StringComparison.Ordinal);
        (await _here.RunAsync("pools", "set", "narrow", "1")).Expect(0);

        (await run.EndAsync()).Expect(0);
        Assert.Contains("it is success", (await _here.RunAsync("explain", "r1", "a")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("did you mean 'narrow'", (await _here.RunAsync("pools", "delete", "narow")).Expect(2).Error, StringComparison.Ordinal);
        (await _here.RunAsync("pools", "delete", "narrow")).Expect(0);
    }

    [Fact]
    public async Task Clear_ManyByFilter_AsksFirstAndClearsThose()
    {
        _here.Write("dag.yaml", "name: d\ntasks: { a: { shell: { script: '[ -e \"$MARKS/go\" ]' } } }\n");
        _here.Write("other.yaml", "name: other\ntasks: { a: { shell: { script: '[ -e \"$MARKS/go\" ]' } } }\n");
        using var serve = await _here.ServeAsync();
        foreach (var run in (string[])["r1", "r2"]) (await _here.RunAsync("trigger", "dag.yaml", "--run-id", run, "--label", "team=red", "--wait")).Expect(1);
        (await _here.RunAsync("trigger", "other.yaml", "--run-id", "r3", "--wait")).Expect(1);
        _here.Mark("go");

        var asked = (await _here.RunAsync("clear", "--dag", "d", "--state", "failed")).Expect(2);
        Assert.Contains("Clear 2 runs: r2, r1", asked.Error, StringComparison.Ordinal);
        (await _here.RunAsync("clear", "--label", "team=red", "--since", "1h", "--failed", "--yes")).Expect(0);

        foreach (var run in (string[])["r1", "r2"]) (await _here.RunAsync("wait", run)).Expect(0);
        Assert.Equal("failed", (await _here.ShowAsync("r3")).GetProperty("status").GetString());
        Assert.Contains("No run is like that", (await _here.RunAsync("cancel", "--state", "paused")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("UPD5016", (await _here.RunAsync("cancel", "--state", "faild")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerun_OriginalAndLatest_EachOfItsVersion()
    {
        Write("one");
        (await _here.RunAsync("publish", "dag.yaml")).Expect(0);
        using var serve = await _here.ServeAsync();
        (await _here.RunAsync("trigger", "d", "--run-id", "r1", "--conf", "{\"n\": 7}", "--wait")).Expect(0);
        Write("two");
        (await _here.RunAsync("publish", "dag.yaml")).Expect(0);

        (await _here.RunAsync("rerun", "r1", "--run-id", "r2")).Expect(0);
        (await _here.RunAsync("rerun", "r1", "--run-id", "r3", "--latest")).Expect(0);
        foreach (var run in (string[])["r2", "r3"]) (await _here.RunAsync("wait", run)).Expect(0);

        Assert.Equal((2, 1), (_here.Count("one-7"), _here.Count("two-7")));
        (await _here.RunAsync("trigger", "d", "--task", "a", "--run-id", "r4", "--conf", "{\"n\": 8}", "--wait")).Expect(0);
        Assert.Contains("  team=red", (await _here.RunAsync("note", "r4", "--note", "only a", "--label", "team=red")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(1, _here.Count("two-8"));
    }

    [Fact]
    public async Task Backfill_RangeOfTicks_MakesTheirRuns()
    {
        _here.Write("dag.yaml", "name: d\nschedule: { cron: '0 0 * * *' }\ntasks: { a: { shell: { script: 'echo x >> \"$MARKS/day\"' } } }\n");
        (await _here.RunAsync("publish", "dag.yaml")).Expect(0);
        (await _here.RunAsync("dags", "pause", "d")).Expect(0);
        using var serve = await _here.ServeAsync();
        string[] range = ["d", "--from", "2026-03-01", "--to", "2026-03-04"];

        Assert.Contains("3 ticks: 3 would get a run", (await _here.RunAsync(["backfill", "create", .. range, "--dry-run"])).Expect(0).Output, StringComparison.Ordinal);
        (await _here.RunAsync(["backfill", "create", .. range, "--id", "b1"])).Expect(0);
        foreach (var day in (string[])["01", "02", "03"]) await serve.LineAsync($"d__scheduled__2026-03-{day}T00-00-00Z success");

        Assert.Equal(3, _here.Count("day"));
        Assert.Contains("did you mean 'b1'", (await _here.RunAsync("backfill", "show", "b2")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("b1  d  ", (await _here.RunAsync("backfill", "list")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_OfAServedFolder_IsRestoredElsewhere()
    {
        Write("one");
        using (var serve = await _here.ServeAsync())
        {
            (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--wait")).Expect(0);
            (await _here.RunAsync("backup", "saved")).Expect(0);
        }

        (await _here.RunAsync("restore", "saved", "--data", "again")).Expect(0);

        var runs = JsonDocument.Parse((await _here.RunAsync("show", "r1", "--data", "again", "--json")).Expect(0).Output).RootElement;
        Assert.Equal("success", runs.GetProperty("status").GetString());
        (await _here.RunAsync("restore", "saved", "--data", "again")).Expect(5);
    }

    private void Write(string mark) => _here.Write("dag.yaml", $"name: d\nparams: {{ n: {{ default: 1 }} }}\ntasks: {{ a: {{ shell: {{ script: 'echo x >> \"$MARKS/{mark}-$N\"', env: {{ N: '{{{{ params.n }}}}' }} }} }} }}\n");
}

using System.Text.Json;

namespace Updraft.EndToEnd;

public sealed class ResumeTests : IDisposable
{
    // slow waits for a mark that the test makes, so that the kill comes while it runs.
    private const string Chain = """
        name: chain
        params: { who: { default: me } }
        tasks:
          fast: { shell: { script: 'echo x >> "$MARKS/fast"' } }
          slow: { after: fast, shell: { script: 'echo x >> "$MARKS/slow"; until [ -e "$MARKS/go" ]; do sleep 0.05; done' } }
          last: { after: slow, shell: { script: 'echo x >> "$MARKS/last"' } }
        """;

    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Run_KilledAndStartedAgain_GoesOnWhereItWas()
    {
        _here.Write("dag.yaml", Chain);
        using (var killed = _here.Start("run", "dag.yaml", "--run-id", "r1"))
        {
            await killed.LineAsync("running  slow");
            await killed.KillAsync();
        }
        _here.Mark("go");

        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1")).Expect(0);

        Assert.Equal((1, 2, 1), (_here.Count("fast"), _here.Count("slow"), _here.Count("last")));
        Assert.Equal(3, (await _here.ShowAsync("r1")).CountOf("success"));
    }

    [Fact]
    public async Task Run_FilesChangedMeanwhile_KeepsItsVersionAndSaysSo()
    {
        _here.Write("dag.yaml", Chain);
        using (var killed = _here.Start("run", "dag.yaml", "--run-id", "r1"))
        {
            await killed.LineAsync("running  slow");
            await killed.KillAsync();
        }
        _here.Mark("go");
        _here.Write("dag.yaml", Chain.Replace("$MARKS/last", "$MARKS/other", StringComparison.Ordinal));

        var ended = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1")).Expect(0);

        Assert.Contains("The files have changed", ended.Error, StringComparison.Ordinal);
        Assert.Equal((1, 0), (_here.Count("last"), _here.Count("other")));
    }

    [Fact]
    public async Task Run_IdThatHasEnded_PrintsItsResultAndRunsNothing()
    {
        _here.Write("dag.yaml", "name: d\nparams: { n: { default: 1 } }\ntasks: { a: { shell: { script: 'echo x >> \"$MARKS/a\"; exit 3' } } }\n");
        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1", "--conf", """{"n": 2}""")).Expect(1);

        var again = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1", "--conf", """{ "n": 2 }""")).Expect(1);
        var other = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1", "--conf", """{"n": 3}""")).Expect(2);

        Assert.Contains("Run failed", again.Output, StringComparison.Ordinal);
        Assert.Contains("UPD4021", again.Output, StringComparison.Ordinal);
        Assert.Contains("UPD5005", other.Error, StringComparison.Ordinal);
        Assert.Equal(1, _here.Count("a"));
    }

    [Fact]
    public async Task Run_TwoRuns_EachDrivesItsOwn()
    {
        _here.Write("dag.yaml", Chain);
        using (var killed = _here.Start("run", "dag.yaml", "--run-id", "r1"))
        {
            await killed.LineAsync("running  slow");
            await killed.KillAsync();
        }
        _here.Write("other.yaml", "name: other\ntasks: { a: { shell: { script: 'true' } } }\n");

        (await _here.RunAsync("run", "other.yaml", "--run-id", "r2")).Expect(0);

        Assert.Equal("running", (await _here.ShowAsync("r1")).GetProperty("status").GetString());
        _here.Mark("go");
        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1")).Expect(0);
    }

    [Fact]
    public async Task Run_Json_IsAllThatIsPrinted()
    {
        _here.Write("dag.yaml", "name: d\ntasks: { a: { shell: { script: 'echo 5 > \"$UPDRAFT_OUTPUT\"' } } }\n");

        var ended = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1", "--label", "team=red", "--json")).Expect(0);

        var run = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(("r1", "success", "red"), (run.GetProperty("runId").GetString(), run.GetProperty("status").GetString(), run.GetProperty("labels").GetProperty("team").GetString()));
        Assert.Equal(5, run.GetProperty("tasks")[0].GetProperty("output").GetProperty("value").GetInt32());
        Assert.Contains("success  a", ended.Error, StringComparison.Ordinal);
    }
}

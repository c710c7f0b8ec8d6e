using System.Globalization;

namespace Updraft.EndToEnd;

public sealed class InterruptTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Run_CtrlC_CancelsConfirmsAndCleansUp()
    {
        _here.Write("dag.yaml", """
            name: d
            tasks:
              open: { setup: true, shell: { script: 'true' } }
              work: { after: open, shell: { script: 'echo $$ > "$MARKS/pid"; sleep 1000' } }
              later: { after: work, shell: { script: 'echo x >> "$MARKS/later"' } }
              close: { after: later, teardown: { of: open }, shell: { script: 'echo x >> "$MARKS/close"' } }
            """);
        using var run = _here.Start("run", "dag.yaml", "--run-id", "r1");
        await run.LineAsync("running  work");
        run.Interrupt();

        var ended = (await run.EndAsync()).Expect(4);

        Assert.Contains("Cancelling run r1", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Run was cancelled", ended.Output, StringComparison.Ordinal);
        Assert.Equal((0, 1), (_here.Count("later"), _here.Count("close")));
        if (_here.Count("pid") > 0) Assert.False(Directory.Exists($"/proc/{await File.ReadAllTextAsync(Path.Combine(_here.Marks, "pid"))}".Trim()));
        var document = await _here.ShowAsync("r1");
        Assert.Equal(("failed", "skipped", "success"), (document.StatesOf("work")[0], document.StatesOf("later")[0], document.StatesOf("close")[0]));
    }

    [Fact]
    public async Task Run_SecondCtrlC_LeavesAtOnceAndCanGoOn()
    {
        _here.Write("dag.yaml", """
            name: d
            tasks:
              open: { setup: true, shell: { script: 'true' } }
              work: { after: open, shell: { script: 'sleep 1000' } }
              close: { after: work, teardown: { of: open }, shell: { script: 'echo x >> "$MARKS/close"; until [ -e "$MARKS/go" ]; do sleep 0.05; done' } }
            """);
        using (var run = _here.Start("run", "dag.yaml", "--run-id", "r1"))
        {
            await run.LineAsync("running  work");
            run.Interrupt();
            await run.LineAsync("running  close");
            run.Interrupt();
            (await run.EndAsync()).Expect(130);
        }
        _here.Mark("go");

        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1")).Expect(4);
    }

    [Fact]
    public async Task Run_Overrun_ExitsAsTimedOut()
    {
        _here.Write("dag.yaml", "name: d\nrun_timeout: 500ms\ntasks: { a: { shell: { script: 'sleep 1000' } } }\n");

        var ended = (await _here.RunAsync("run", "dag.yaml")).Expect(3);

        Assert.Contains("longer than its 500ms", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_OwnedByARun_IsReadBesideItAndRefusedToAnotherRun()
    {
        _here.Write("dag.yaml", "name: d\ntasks: { a: { shell: { script: 'echo begun; until [ -e \"$MARKS/go\" ]; do sleep 0.05; done; echo done' } } }\n");
        using var run = _here.Start("run", "dag.yaml", "--run-id", "r1");
        await run.LineAsync("running  a");

        var second = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r2")).Expect(5);
        Assert.Contains("UPD3001", second.Error, StringComparison.Ordinal);
        Assert.Contains(run.Id.ToString(CultureInfo.InvariantCulture), second.Error, StringComparison.Ordinal);
        Assert.Contains("running", (await _here.RunAsync("runs")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("a", (await _here.RunAsync("show", "r1")).Expect(0).Output, StringComparison.Ordinal);
        using var logs = _here.Start("logs", "r1", "a", "--follow");
        await logs.LineAsync("begun");

        _here.Mark("go");
        (await run.EndAsync()).Expect(0);
        Assert.EndsWith("begun\ndone\n", (await logs.EndAsync()).Expect(0).Output, StringComparison.Ordinal);
    }
}

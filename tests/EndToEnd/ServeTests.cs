using System.Globalization;
using System.Runtime.Versioning;

namespace Updraft.EndToEnd;

/// <summary>One process serves the data folder; others tell it what to do.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServeTests : IDisposable
{
    // slow waits for a mark that the test makes, so that what is told comes while it runs.
    private const string Chain = """
        name: chain
        tasks:
          fast: { shell: { script: 'echo x >> "$MARKS/fast"' } }
          slow: { after: fast, shell: { script: 'echo x >> "$MARKS/slow"; until [ -e "$MARKS/go" ]; do sleep 0.05; done' } }
          last: { after: slow, shell: { script: 'echo x >> "$MARKS/last"' } }
        """;

    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Trigger_WhileServed_RunsAndIsWaitedFor()
    {
        _here.Write("dag.yaml", Chain);
        _here.Mark("go");
        using var serve = await _here.ServeAsync();

        var triggered = (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--label", "team=red", "--json")).Expect(0);
        var waited = (await _here.RunAsync("wait", "r1")).Expect(0);

        Assert.Contains("\"driven\": true", triggered.Output, StringComparison.Ordinal);
        Assert.Contains("Run succeeded", waited.Output, StringComparison.Ordinal);
        Assert.Contains("r1 success", await serve.LineAsync("r1 success"), StringComparison.Ordinal);
        Assert.Equal("red", (await _here.ShowAsync("r1")).GetProperty("labels").GetProperty("team").GetString());
        Assert.Contains("was there before", (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_WhileServed_KillsTheWorkAndWaitGivesItsExitCode()
    {
        _here.Write("dag.yaml", Chain);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("cancel", "r1")).Expect(0);

        (await triggered.EndAsync()).Expect(4);
        Assert.Equal(0, _here.Count("last"));
    }

    [Fact]
    public async Task Clear_EndedRun_RunsAgainWithWhatIsDownstream()
    {
        _here.Write("dag.yaml", Chain);
        _here.Mark("go");
        using var serve = await _here.ServeAsync();
        (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--wait")).Expect(0);

        (await _here.RunAsync("clear", "r1", "slow")).Expect(0);
        (await _here.RunAsync("wait", "r1")).Expect(0);

        Assert.Equal((1, 2, 2), (_here.Count("fast"), _here.Count("slow"), _here.Count("last")));
        Assert.Contains("did you mean 'slow'", (await _here.RunAsync("clear", "r1", "slw")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'r1'", (await _here.RunAsync("clear", "r2")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mark_WorkUnderWay_EndsItAsSaid()
    {
        _here.Write("dag.yaml", Chain);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("mark", "r1", "slow", "success")).Expect(0);

        (await triggered.EndAsync()).Expect(0);
        Assert.Equal(1, _here.Count("last"));
    }

    [Fact]
    public async Task Pause_WorkUnderWay_HoldsWhatFollowsUntilResume()
    {
        _here.Write("dag.yaml", Chain);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("pause", "r1")).Expect(0);
        await triggered.LineAsync("run r1 is paused");
        _here.Mark("go");
        await triggered.LineAsync("success  slow");
        (await _here.RunAsync("wait", "r1", "--timeout", "1ms")).Expect(6);
        Assert.Equal(0, _here.Count("last"));
        (await _here.RunAsync("resume", "r1")).Expect(0);

        (await triggered.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task Serve_KilledAndStartedAgain_GoesOnAndWaitDoesNotNotice()
    {
        _here.Write("dag.yaml", Chain);
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("Nothing drives run r1 now");
        using (var killed = await _here.ServeAsync())
        {
            await triggered.LineAsync("running  slow");
            await killed.KillAsync();
        }
        Assert.True(File.Exists(Path.Combine(_here.Data, "updraft.sock")));
        Assert.Contains("Nothing drives this run now", (await _here.RunAsync("mark", "r1", "last", "skipped")).Expect(0).Error, StringComparison.Ordinal);
        _here.Mark("go");

        using var serve = await _here.ServeAsync();

        (await triggered.EndAsync()).Expect(0);
        Assert.Equal((1, 2, 0), (_here.Count("fast"), _here.Count("slow"), _here.Count("last")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serve_ToldToStop_LeavesWorkForTheNext(bool terminate)
    {
        _here.Write("dag.yaml", Chain);
        using (var first = await _here.ServeAsync())
        {
            using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
            await triggered.LineAsync("running  slow");
            if (terminate) first.Terminate();
            else first.Interrupt();
            (await first.EndAsync()).Expect(0);
            await triggered.KillAsync();
        }
        Assert.False(File.Exists(Path.Combine(_here.Data, "updraft.sock")));
        _here.Mark("go");

        using var second = await _here.ServeAsync();

        (await _here.RunAsync("wait", "r1")).Expect(0);
    }

    [Fact]
    public async Task Serve_FolderThatIsServed_IsRefused()
    {
        _here.Write("dag.yaml", Chain);
        using var serve = await _here.ServeAsync();

        var second = (await _here.RunAsync("serve")).Expect(5);
        var run = (await _here.RunAsync("run", "dag.yaml")).Expect(5);

        Assert.Contains(serve.Id.ToString(CultureInfo.InvariantCulture), second.Error, StringComparison.Ordinal);
        Assert.Contains("UPD3001", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnderWay_TakesCommandsOverItsSocket()
    {
        _here.Write("dag.yaml", Chain);
        using var run = _here.Start("run", "dag.yaml", "--run-id", "r1");
        await run.LineAsync("running  slow");

        var other = (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r2")).Expect(0);
        (await _here.RunAsync("cancel", "r1")).Expect(0);

        (await run.EndAsync()).Expect(4);
        Assert.Contains("Nothing drives this run now", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a-folder-whose-path-is-longer-than-the-path-of-a-socket-may-be-which-is-some-hundred-bytes-on-any-system-that-has-them")]
    public async Task Socket_AnyFolder_IsOfItsUserAlone(string name)
    {
        _here.Write("dag.yaml", Chain);
        _here.Mark("go");
        using var serve = _here.Start("serve", "--data", name);
        var line = await serve.LineAsync("Serving ");

        var socket = line[(line.LastIndexOf(", ", StringComparison.Ordinal) + 2)..line.LastIndexOf(". Ctrl", StringComparison.Ordinal)];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(socket)!) & (UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
        (await _here.RunAsync("trigger", "dag.yaml", "--data", name, "--wait")).Expect(0);
        serve.Interrupt();
        (await serve.EndAsync()).Expect(0);
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task Command_FolderThatNobodyHas_SaysSo() =>
        Assert.Contains("UPD5008", (await _here.RunAsync("cancel", "r1")).Expect(5).Error, StringComparison.Ordinal);
}

using System.Globalization;
using System.Runtime.Versioning;

namespace Updraft.EndToEnd;

/// <summary>One process serves the data folder; others tell it what to do.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServeTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Serve_KilledAndStartedAgain_GoesOnAndWaitDoesNotNotice()
    {
        _here.Write("dag.yaml", Chain.Dag);
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
        _here.Write("dag.yaml", Chain.Dag);
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
        _here.Write("dag.yaml", Chain.Dag);
        using var serve = await _here.ServeAsync();

        var second = (await _here.RunAsync("serve")).Expect(5);
        var run = (await _here.RunAsync("run", "dag.yaml")).Expect(5);

        Assert.Contains(serve.Id.ToString(CultureInfo.InvariantCulture), second.Error, StringComparison.Ordinal);
        Assert.Contains("UPD3001", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a-folder-whose-path-is-longer-than-the-path-of-a-socket-may-be-which-is-some-hundred-bytes-on-any-system-that-has-them")]
    public async Task Socket_AnyFolder_IsOfItsUserAlone(string name)
    {
        _here.Write("dag.yaml", Chain.Dag);
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

using System.Text.Json;

namespace Updraft.EndToEnd;

/// <summary>The command line against a server in another process, with a key.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly Workspace _here = new();
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("updraft-e2e-").FullName;

    public void Dispose()
    {
        _here.Dispose();
        Directory.Delete(_elsewhere, recursive: true);
    }

    [Fact]
    public async Task Server_KilledDuringTriggerWait_IsWaitedForAndTheRunEnds()
    {
        var port = FreePort();
        _here.Write("slow.yaml", "name: slow\ntasks:\n  a:\n    shell: { script: \"touch $MARKS/began; while [ ! -e $MARKS/go ]; do sleep 0.1; done\" }\n");
        (await _here.RunAsync("publish", "slow.yaml")).Expect(0);
        var key = await KeyAsync("operator");
        var server = await _here.ServeAsync("--urls", port, "--sign-in");

        using var waiting = Updraft.Start(_elsewhere, "trigger", "slow", "--wait", "--run-id", "r1", "--server", port, "--key-file", key);
        await waiting.LineAsync("is made");
        await waiting.LineAsync("running  a");
        await server.KillAsync();
        server.Dispose();
        await waiting.LineAsync("Asking again");
        _here.Mark("go");
        using var again = await _here.ServeAsync("--urls", port, "--sign-in");

        var ended = (await waiting.EndAsync()).Expect(0);
        Assert.Contains("Run succeeded", ended.Output, StringComparison.Ordinal);
        again.Terminate();
        await again.EndAsync();
    }

    [Fact]
    public async Task Server_AskedFromElsewhere_DoesWhatTheKeyMay()
    {
        File.WriteAllText(Path.Combine(_elsewhere, "one.yaml"), "name: one\ntasks:\n  a:\n    shell: { script: \"echo hello from afar\" }\n");
        var (author, viewer) = (await KeyAsync("author"), await KeyAsync("viewer"));
        using var server = await _here.ServeAsync("--urls", "http://127.0.0.1:0", "--sign-in");
        var url = "http" + (await server.LineAsync("listening on ")).Split("listening on http")[1].Split(',')[0];
        Task<Ended> AskAsync(string key, params string[] arguments) => Updraft.RunAsync(_elsewhere, [.. arguments, "--server", url, "--key-file", key]);

        Assert.Contains("UPD6004", (await AskAsync(viewer, "publish", "one.yaml")).Expect(2).Error, StringComparison.Ordinal);
        (await AskAsync(author, "publish", "one.yaml")).Expect(0);
        Assert.Contains("Run succeeded", (await AskAsync(author, "trigger", "one", "--run-id", "r1", "--wait")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("r2\n", (await AskAsync(author, "trigger", "one", "--run-id", "r2", "--wait", "--quiet")).Expect(0).Output);
        Assert.Contains("hello from afar", (await AskAsync(viewer, "logs", "r1")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse((await AskAsync(viewer, "runs", "--dag", "one", "--json")).Expect(0).Output).RootElement.GetArrayLength());
        Assert.Equal("success", JsonDocument.Parse((await AskAsync(viewer, "show", "r1", "--json")).Expect(0).Output).RootElement.GetProperty("status").GetString());
        Assert.Contains("known are r1, r2", (await AskAsync(viewer, "show", "nothing")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("UPD6003", (await Updraft.RunAsync(_elsewhere, "runs", "--server", url)).Expect(2).Error, StringComparison.Ordinal);
        server.Terminate();
        await server.EndAsync();
    }

    [Fact]
    public async Task Server_PackageWithCodeAndDataFromElsewhere_RunsThere()
    {
        var author = await KeyAsync("author");
        using var server = await _here.ServeAsync("--urls", "http://127.0.0.1:0", "--sign-in");
        var url = "http" + (await server.LineAsync("listening on ")).Split("listening on http")[1].Split(',')[0];
        Task<Ended> AskAsync(params string[] arguments) => Updraft.RunAsync(_elsewhere, [.. arguments, "--server", url, "--key-file", author]);

        (await AskAsync("publish", Repository.PathOf("examples", "flight-delays"))).Expect(0);
        (await AskAsync("trigger", "flight-delays", "--run-id", "r1", "--wait", "--quiet")).Expect(0);
        var report = (await AskAsync("files", "get", "r1", "report.csv")).Expect(0).Output;

        Assert.Equal(88, report.TrimEnd().Split('\n').Length);
        server.Terminate();
        await server.EndAsync();
    }

    /// <summary>A file with a key for a role, which only its user can read.</summary>
    private async Task<string> KeyAsync(string role)
    {
        var key = (await _here.RunAsync("keys", "create", role, "--role", role)).Expect(0).Output.Trim();
        var file = Path.Combine(_elsewhere, role + ".key");
        await File.WriteAllTextAsync(file, key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static string FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return $"http://127.0.0.1:{((System.Net.IPEndPoint)socket.LocalEndpoint).Port}";
    }
}

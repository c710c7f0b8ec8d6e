using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Deploying;

/// <summary>The smoke test of a deployment, against a real server: it passes where all is well, and says what is not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class SmokeTests : IAsyncLifetime
{
    // Far beyond what a slow machine needs.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-smoke-").FullName;
    private Process _server = null!;
    private string _url = "";
    private string _key = "";

    private static string Program { get; } = Repository.PathOf($"src/Cli/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/updraft.dll");

    public async Task InitializeAsync()
    {
        _server = Start("dotnet", [Program, "serve", "--sign-in"], ("UPDRAFT_URLS", "http://127.0.0.1:0"));
        try
        {
            await ListeningAsync().WaitAsync(Longest);
        }
        catch
        {
            // Nothing is disposed of that was not made.
            await DisposeAsync();
            throw;
        }
        // Nobody reads further, and a full pipe would stop the server.
        _ = _server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = _server.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    public async Task DisposeAsync()
    {
        if (!_server.HasExited) _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Smoke_WhereAllIsWell_RunsTheDagToItsEnd()
    {
        var (exitCode, output, error) = await SmokeAsync([_url], _key);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("smoke: healthy", output, StringComparison.Ordinal);
        Assert.Matches("smoke: run \\S+ has succeeded: the deployment works", output);
        Assert.DoesNotContain(_key, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_HealthOnly_NeedsNoKey()
    {
        var (exitCode, output, error) = await SmokeAsync(["--health-only", $"{_url}/"], null);

        Assert.True(exitCode == 0, output + error);
        Assert.DoesNotContain("run", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_KeyThatIsNotTaken_FailsAndSaysSo()
    {
        var (exitCode, _, error) = await SmokeAsync([_url], "upd_000000000000_0000000000000000000000000000000000000000000000000000000000000000");

        Assert.Equal(1, exitCode);
        Assert.Contains("401", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_NoKey_FailsAndSaysWhich()
    {
        var (exitCode, _, error) = await SmokeAsync([_url], null);

        Assert.Equal(1, exitCode);
        Assert.Contains("UPDRAFT_KEY is not set", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_NobodyThere_FailsWhenPatienceIsOver()
    {
        // The discard port of loopback refuses at once.
        var (exitCode, _, error) = await SmokeAsync(["http://127.0.0.1:9"], _key, ("SMOKE_SECONDS", "1"));

        Assert.Equal(1, exitCode);
        Assert.Contains("after 1 seconds", error, StringComparison.Ordinal);
    }

    private async Task ListeningAsync()
    {
        while (_url.Length == 0)
        {
            var line = await _server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"the server has ended: {await _server.StandardError.ReadToEndAsync()}");
            if (Key().Match(line) is { Success: true } key) _key = key.Value;
            if (line.Contains("listening on", StringComparison.Ordinal)) _url = Address().Match(line).Value;
        }
    }

    private async Task<(int ExitCode, string Output, string Error)> SmokeAsync(string[] arguments, string? key, params (string, string)[] variables)
    {
        using var script = Start("bash", [Repository.PathOf("infra/smoke.sh"), .. arguments], [("UPDRAFT_CLI", $"dotnet {Program}"), ("UPDRAFT_KEY", key ?? ""), .. variables]);
        using var bound = new CancellationTokenSource(Longest);
        var (output, error) = (script.StandardOutput.ReadToEndAsync(bound.Token), script.StandardError.ReadToEndAsync(bound.Token));
        await script.WaitForExitAsync(bound.Token);
        return (script.ExitCode, await output, await error);
    }

    private Process Start(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "UPDRAFT_DATA", "UPDRAFT_SERVER", "UPDRAFT_KEY" }) start.Environment.Remove(name);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [GeneratedRegex("upd_[0-9a-f]{12}_[0-9a-f]{64}")]
    private static partial Regex Key();

    [GeneratedRegex(@"http://[0-9.]+:\d+")]
    private static partial Regex Address();
}

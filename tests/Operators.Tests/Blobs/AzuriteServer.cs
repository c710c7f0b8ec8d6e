using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Operators.Tests;

/// <summary>
/// Azurite, Microsoft's own stand-in for Azure Storage, in memory and at a port of its own. It is fetched by npm once, into the project's obj folder, and
/// ends when the tests do, however they end, since it listens for the end of its input.
/// </summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    public const string Account = "updrafttests";

    private const string Version = "3.35.0";
    private const string Listening = "Azurite Blob service successfully listens on ";
    private const string Script = "process.stdin.on('end', () => process.exit()).resume(); require(process.argv[1])";

    private static readonly HttpClient Client = new();

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(64);
    private Process? _process;

    /// <summary>Why there is none here; null when there can be.</summary>
    public static string? Missing { get; } = OnPath("node") && OnPath("npm") ? null : "Node.js is not installed (node and npm), so tests of blobs are skipped";

    public Uri Url { get; private set; } = null!;

    public Connection ByKey => new() { Url = Url, User = Account, Password = Convert.ToBase64String(_key) };

    public Connection BySignature => new() { Url = Url, Token = Signature() };

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        var package = Path.Combine(await InstallAsync(), "node_modules", "azurite", "dist", "src", "blob", "main.js");
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-e", Script, "--", package, "--blobPort", "0", "--inMemoryPersistence", "--silent", "--disableTelemetry"]) start.ArgumentList.Add(word);
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Convert.ToBase64String(_key)}";
        var url = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) url.TrySetException(new InvalidOperationException($"Azurite did not start:\n{said}"));
            else if (line.Data.StartsWith(Listening, StringComparison.Ordinal)) url.TrySetResult(line.Data[Listening.Length..].Trim());
            else said.AppendLine(line.Data);
        };
        _process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Url = new Uri(new Uri(await url.Task), Account);
    }

    public async Task DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Makes a container with blobs.</summary>
    public async Task<string> ContainerAsync(params string[] blobs)
    {
        var container = $"c{Guid.NewGuid():N}";
        await SendAsync(HttpMethod.Put, $"{container}?restype=container", null);
        foreach (var blob in blobs) await PutAsync(container, blob);
        return container;
    }

    public Task PutAsync(string container, string blob, string content = "data") => SendAsync(HttpMethod.Put, $"{container}/{Uri.EscapeDataString(blob)}?", content);

    private async Task SendAsync(HttpMethod method, string path, string? content)
    {
        using var request = new HttpRequestMessage(method, $"{Url}/{path}&{Signature()}") { Content = new StringContent(content ?? "") };
        request.Headers.Add("x-ms-version", "2021-12-02");
        if (content is not null) request.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var response = await Client.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A shared access signature of the account.</summary>
    private string Signature()
    {
        var until = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        const string Asked = "2021-12-02";
        var text = $"{Account}\nrwlc\nb\nsco\n\n{until}\n\n\n{Asked}\n\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
        return $"sv={Asked}&ss=b&srt=sco&sp=rwlc&se={Uri.EscapeDataString(until)}&sig={Uri.EscapeDataString(signature)}";
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "obj", $"azurite-{Version}"));
        if (Directory.Exists(folder)) return folder;
        var fresh = Directory.CreateDirectory($"{folder}.{Environment.ProcessId}");
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = fresh.FullName };
        foreach (var word in (string[])["install", "--prefix", ".", $"azurite@{Version}", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]) start.ArgumentList.Add(word);
        using var npm = Process.Start(start)!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm cannot install Azurite:\n{await output}{await errors}");
        Directory.Move(fresh.FullName, folder);
        return folder;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")) || File.Exists(Path.Combine(folder, program + ".cmd")));
}

/// <summary>The tests that share Azurite.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteServer>
{
    public const string Name = "Azurite";
}

/// <summary>A test that needs Azurite.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = AzuriteServer.Missing;
}

/// <inheritdoc cref="AzuriteFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteTheoryAttribute : TheoryAttribute
{
    public AzuriteTheoryAttribute() => Skip = AzuriteServer.Missing;
}

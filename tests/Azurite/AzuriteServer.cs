using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Azurite;

/// <summary>
/// Azurite, Microsoft's own stand-in for Azure Storage, in a folder and at a port of its own, which it keeps when it is stopped and started again.
/// It is fetched by npm once, into the obj folder of the tests, and ends when they do, however they end, since it listens for the end of its input.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    public const string Account = "updrafttests";

    private const string Version = "3.35.0";
    private const string Listening = "Azurite Blob service successfully listens on ";

    // Told to end while it starts, it has nothing yet that would keep it.
    private const string Script = "process.stdin.on('end', () => process.emit('SIGTERM') || process.exit()).resume(); require(process.argv[1])";

    /// <summary>Several of these begin at once in one process, and one fetches for all.</summary>
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(64);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("updraft-azurite-");
    private Process? _process;

    /// <summary>Why there is none here; null when there can be.</summary>
    public static string? Missing { get; } = Programs.Has("node") && Programs.Has("npm") ? null : "Node.js is not installed (node and npm), so what needs Azurite is skipped";

    /// <summary>One for all tests of the repository, so that Azurite is fetched once.</summary>
    private static string ObjFolder => Directory.CreateDirectory(Repository.PathOf("tests", "Azurite", "obj")).FullName;

    /// <summary>The address of the blob service, with the account.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0/");

    public string Key => Convert.ToBase64String(_key);

    public string ConnectionString => ConnectionStringAt(Url);

    /// <summary>The connection string by which the same account is reached through another address.</summary>
    public string ConnectionStringAt(Uri url) => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={url};";

    /// <summary>Starts it, or starts it again with all that it had.</summary>
    public async Task StartAsync()
    {
        var package = Path.Combine(await Installed.Value, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-e", Script, "--", package, "--blobPort", Url.Port.ToString(CultureInfo.InvariantCulture), "--location", _data.FullName, "--silent", "--disableTelemetry", "--skipApiVersionCheck"]) start.ArgumentList.Add(word);
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Key}";
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

    /// <summary>Stops it. What it has acknowledged is on the disk.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>A shared access signature of the account.</summary>
    public string Signature()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        const string Asked = "2021-12-02";
        var text = $"{Account}\nrwlcd\nb\nsco\n\n{until}\n\n\n{Asked}\n\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
        return $"sv={Asked}&ss=b&srt=sco&sp=rwlcd&se={Uri.EscapeDataString(until)}&sig={Uri.EscapeDataString(signature)}";
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(ObjFolder, $"azurite-{Version}");
        if (Directory.Exists(folder)) return folder;
        var fresh = Directory.CreateDirectory($"{folder}.{Environment.ProcessId}");
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = fresh.FullName };
        foreach (var word in (string[])["install", "--prefix", ".", $"azurite@{Version}", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]) start.ArgumentList.Add(word);
        using var npm = Process.Start(start)!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm cannot install Azurite:\n{await output}{await errors}");
        try
        {
            Directory.Move(fresh.FullName, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Other tests have installed it meanwhile.
            fresh.Delete(recursive: true);
        }
        return folder;
    }
}

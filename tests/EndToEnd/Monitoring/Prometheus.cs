using System.Diagnostics;
using System.Text.Json;

namespace Updraft.EndToEnd;

/// <summary>A real Prometheus that scrapes a server, at a port of its own and in a temporary folder.</summary>
internal sealed class Prometheus : IDisposable
{
    // Far beyond what a slow machine needs.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly HttpClient _http;

    private Prometheus(Process process, HttpClient http) => (_process, _http) = (process, http);

    /// <summary>Why there is none here; null when there can be.</summary>
    public static string? Missing { get; } = File.Exists("/usr/bin/prometheus") && File.Exists("/usr/bin/promtool") ? null : "Prometheus is not installed (prometheus and promtool), so monitoring is not tested against it";

    /// <summary>Where the files are that users are given.</summary>
    public static string Files { get; } = Repository.PathOf("docs", "monitoring");

    /// <summary>Starts it with the configuration of the docs, pointed at a server and in more of a hurry.</summary>
    public static async Task<Prometheus> StartAsync(string folder, Uri scraped)
    {
        File.Copy(Path.Combine(Files, "rules.yml"), Path.Combine(folder, "rules.yml"));
        var config = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(Path.Combine(Files, "prometheus.yml")))
            .Replace("127.0.0.1:8080", scraped.Authority, StringComparison.Ordinal).Replace("15s", "1s", StringComparison.Ordinal));
        var start = new ProcessStartInfo("/usr/bin/prometheus", [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", "--web.listen-address=127.0.0.1:0"]) { RedirectStandardError = true, WorkingDirectory = folder };
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listens = "";
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) address.TrySetException(new InvalidOperationException("prometheus has ended"));
            else if (line.Data.Split("msg=\"Listening on\" address=") is [_, var found]) listens = found;
            else if (line.Data.Contains("Server is ready to receive web requests", StringComparison.Ordinal)) address.TrySetResult(listens);
        };
        process.BeginErrorReadLine();
        return new Prometheus(process, new HttpClient { BaseAddress = new Uri($"http://{await address.Task.WaitAsync(Longest)}/api/v1/") });
    }

    /// <summary>Runs promtool, which must be content.</summary>
    public static async Task CheckAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Files };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        // Lint is told on the error output, with an exit code of its own.
        Assert.True(process.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {await output}{await error}");
    }

    /// <summary>Asks until there is an answer: Prometheus tells nobody when it has scraped.</summary>
    public async Task<JsonElement> QueryAsync(string expression)
    {
        using var bound = new CancellationTokenSource(Longest);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var found = await GetAsync($"query?query={Uri.EscapeDataString(expression)}");
            if (found.GetProperty("result").GetArrayLength() > 0) return found.GetProperty("result");
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    /// <summary>What it says at a path of its API.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(path));
        Assert.Equal("success", answer.RootElement.GetProperty("status").GetString());
        return answer.RootElement.GetProperty("data").Clone();
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>A test that is skipped, with the reason, where Prometheus is not installed.</summary>
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute() => Skip = Prometheus.Missing;
}

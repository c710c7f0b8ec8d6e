using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Updraft.EndToEnd;

/// <summary>The built program as a process.</summary>
internal sealed class Updraft : IDisposable
{
    // Far beyond what a slow machine needs: only a command that hangs reaches it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    private Updraft(string folder, IEnumerable<KeyValuePair<string, string>> variables, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("UPDRAFT_DATA");
        start.Environment.Remove("UPDRAFT_STORAGE");
        start.Environment.Remove("UPDRAFT_CONTAINER");
        // Many serve at once.
        start.Environment["UPDRAFT_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, data) => Received(_output, data.Data);
        _process.ErrorDataReceived += (_, data) => Received(_error, data.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program, as built beside these tests.</summary>
    public static string Program { get; } = Repository.PathOf("src", "Cli", "bin", Configuration, "net10.0", "updraft.dll");

    public int Id => _process.Id;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Starts a command.</summary>
    public static Updraft Start(string folder, params string[] arguments) => new(folder, [], arguments);

    /// <summary>Starts a command with variables in its environment.</summary>
    public static Updraft Start(string folder, IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments) => new(folder, variables, arguments);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Ended> RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return await process.EndAsync();
    }

    /// <summary>The first line that holds a text, from the beginning of the output.</summary>
    public Task<string> LineAsync(string text) => LineAsync(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Completes with the n-th line of the output, counted from 1, or when the process has ended before.</summary>
    public async Task LineAsync(int n)
    {
        var count = 0;
        await Task.WhenAny(LineAsync(_ => ++count >= n), _process.WaitForExitAsync());
    }

    /// <summary>Ends it without warning.</summary>
    public async Task KillAsync()
    {
        Signal(9);
        await _process.WaitForExitAsync();
    }

    /// <summary>What Ctrl+C sends.</summary>
    public void Interrupt() => Signal(2);

    /// <summary>What a system sends that stops a service.</summary>
    public void Terminate() => Signal(15);

    /// <summary>Waits for its end.</summary>
    public async Task<Ended> EndAsync()
    {
        using var bound = new CancellationTokenSource(Longest);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"updraft has not ended; it wrote:\n{_output}\n{_error}");
        }
        return new Ended(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<string> LineAsync(Func<string, bool> wanted)
    {
        TaskCompletionSource<string> found;
        lock (_lock)
        {
            if (_lines.FirstOrDefault(wanted) is { } line) return line;
            found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, found));
        }
        try
        {
            return await found.Task.WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the line never came; updraft wrote:\n{_output}\n{_error}");
        }
    }

    private void Received(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            to.Append(line).Append('\n');
            _lines.Add(line);
            foreach (var (wanted, found) in _waiting.ToList())
            {
                if (wanted(line)) found.TrySetResult(line);
            }
        }
    }

    private void Signal(int signal)
    {
        // A process that has just ended is no failure: the caller wanted it to end.
        if (!_process.HasExited) _ = Kill(_process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}

/// <summary>A command that has ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    /// <summary>Fails with all that was written, when the exit code is another.</summary>
    public Ended Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode}, not {exitCode}\n{Output}\n{Error}");
        return this;
    }
}

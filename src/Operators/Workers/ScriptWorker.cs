using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A process that runs functions, one after another. It ends when its input does, so none outlives its host.</summary>
internal sealed class ScriptWorker : IAsyncDisposable
{
    private const int MaxAnswerBytes = 64 << 20;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MemoryLooks = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly WorkerLog _log;
    private readonly TimeProvider _time;
    private long _overMemory;
    private bool _spent;
    private bool _began;

    private ScriptWorker(WorkerSetup setup, Process process, string id, TimeProvider time)
    {
        (Key, _process, _tree, _time) = (setup.Key, process, new ProcessTree(id, time), time);
        _log = new WorkerLog(process.StandardError.BaseStream);
        _log.Start();
    }

    /// <summary>What it was started as.</summary>
    public string Key { get; }

    /// <summary>Functions that it has been asked to run.</summary>
    public int Tasks { get; private set; }

    /// <summary>Id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether another task may follow.</summary>
    public bool IsFit => !_spent && !_process.HasExited;

    /// <summary>Starts one.</summary>
    public static ScriptWorker Start(WorkerSetup setup, TimeProvider time)
    {
        var id = $"worker-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = setup.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // A session of its own, and pipes of their own for requests and answers: what a function reads and writes is not mixed with them.
        string[] line = ["-c", $"exec {(OperatingSystem.IsLinux() ? "setsid " : "")}\"$@\" 3>&1 4<&0 1>&2 0</dev/null", "updraft", setup.Program, .. setup.Arguments];
        foreach (var argument in line) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in setup.Variables) start.Environment[name] = value;
        start.Environment[ShellEnvironment.Marker] = id;
        try
        {
            return new ScriptWorker(setup, Process.Start(start)!, id, time);
        }
        catch (Win32Exception e)
        {
            throw new UpdraftException(OperatorErrors.ProcessStart, $"{setup.Program} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Calls a function.</summary>
    /// <returns>How it ended; null when the process had ended before, so that another one can be asked.</returns>
    /// <exception cref="UpdraftException">The process has ended while it ran the function.</exception>
    /// <exception cref="OperationCanceledException">It was stopped: the process has been told nothing, and is to be killed.</exception>
    public async Task<WorkerAnswer?> RunAsync(WorkerTask task, ITaskLog log, int? memoryMb, CancellationToken stop)
    {
        Tasks++;
        var marked = _log.Begin(log, Encoding.UTF8.GetBytes(task.Mark));
        using var ended = new CancellationTokenSource();
        _spent = true; // Until it has said otherwise.
        try
        {
            var watching = memoryMb is { } limit ? WatchMemoryAsync((long)limit << 20, ended.Token) : Task.CompletedTask;
            var answer = await CallAsync(task).WaitAsync(stop);
            await ended.CancelAsync();
            await watching;
            if (answer is null) return await GoneAsync(log);
            var heard = await Task.WhenAny(marked, Task.Delay(LastWords, _time, stop)) == marked;
            _spent = LeftSomething(log) || answer.Spent || !heard || IsOver(memoryMb);
            return answer;
        }
        finally
        {
            await ended.CancelAsync();
            _log.End();
        }
    }

    /// <summary>Does what the system does when the host dies.</summary>
    internal void CloseRequests() => _process.StandardInput.Close();

    /// <summary>Ends the process and all that its functions have started.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it read all.
        }
        // The id of a process that ended long ago may be another's by now.
        await _tree.KillAsync(_process.HasExited ? null : _process, grace);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public async ValueTask DisposeAsync() => await EndAsync(TimeSpan.Zero);



    private async Task<WorkerAnswer?> CallAsync(WorkerTask task)
    {
        _began = false;
        try
        {
            await WorkerMessages.WriteAsync(_process.StandardInput.BaseStream, task);
        }
        catch (IOException)
        {
            return null;
        }
        if (await WorkerMessages.ReadAsync(_process.StandardOutput.BaseStream, MaxAnswerBytes) is not { Kind: WorkerAnswerKind.Began }) return null;
        _began = true;
        return await WorkerMessages.ReadAsync(_process.StandardOutput.BaseStream, MaxAnswerBytes);
    }

    /// <summary>The answer of a process that has ended: none when it was gone before, else why.</summary>
    private async Task<WorkerAnswer?> GoneAsync(ITaskLog log)
    {
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(LastWords, _time));
        await Task.WhenAny(_log.Ended, Task.Delay(LastWords, _time));
        var line = _log.LastLine.ToString();
        var how = (_process.HasExited ? $"exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}" : "its pipe is closed") + (line.Length == 0 ? "" : $"; its last line: {line}");
        if (_overMemory > 0)
        {
            throw new UpdraftException(WorkerErrors.Memory, string.Create(CultureInfo.InvariantCulture, $"the function needed {_overMemory >> 20} MB and was killed: raise memory_mb, or hand it less at a time"));
        }
        if (_began) throw new UpdraftException(WorkerErrors.Died, $"the process has ended before the function did: {how}");
        if (Tasks > 1) return null;
        throw new UpdraftException(OperatorErrors.ProcessStart, $"the worker could not start: {how}");
    }

    private async Task WatchMemoryAsync(long limit, CancellationToken ended)
    {
        using var looks = new PeriodicTimer(MemoryLooks, _time);
        try
        {
            while (await looks.WaitForNextTickAsync(ended))
            {
                if (Memory() is not { } used || used <= limit) continue;
                _overMemory = used;
                await _tree.KillAsync(_process, TimeSpan.Zero);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The function has ended.
        }
    }

    private bool IsOver(int? memoryMb) => memoryMb is { } limit && Memory() > (long)limit << 20;

    private long? Memory()
    {
        try
        {
            _process.Refresh();
            return _process.HasExited ? null : _process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return null; // It has just ended.
        }
    }

    // A retry must never run beside what an earlier try started, and the next task not beside what this one has.
    private bool LeftSomething(ITaskLog log)
    {
        if (!OperatingSystem.IsLinux() || !HasChildren()) return false;
        log.WriteLine("[the task has ended, and what it left running is killed]");
        return true;
    }

    private bool HasChildren()
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Any(thread => ChildrenOf(thread).Length > 0);
        }
        catch (DirectoryNotFoundException)
        {
            return false; // It has just ended, and with it whatever else there is to know.
        }
    }

    private static string ChildrenOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "children"));
        }
        catch (IOException)
        {
            return ""; // The thread has just ended.
        }
    }
}

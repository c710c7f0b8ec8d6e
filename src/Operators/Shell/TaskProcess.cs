using System.ComponentModel;
using System.Diagnostics;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>One process of a task, from its start to the death of all that it started.</summary>
internal sealed class TaskProcess(TaskContext context, TimeProvider time)
{
    // A child that was left behind may hold the output open; so long it may take to say its last words.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private readonly ProcessTree _tree = new(context.AttemptId, time);
    private readonly LastLine _lastLine = new();
    private long _copied;
    private int _writing;

    /// <summary>The last line that the process wrote; empty when there was none.</summary>
    public string LastLine => _lastLine.ToString();

    /// <summary>Runs the process and returns its exit code. When stopped, everything is dead before it throws.</summary>
    public async Task<int> RunAsync(ShellCommand command, Dictionary<string, string> variables, TimeSpan killGrace, CancellationToken stop)
    {
        using var process = Start(command, variables);
        var output = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream), OperatingSystem.IsLinux() ? Task.CompletedTask : CopyAsync(process.StandardError.BaseStream));
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            context.Log.WriteLine("[the task is stopped: its processes are asked to end, then killed]");
            await _tree.KillAsync(process, killGrace);
            await process.WaitForExitAsync(CancellationToken.None);
            await DrainAsync(output);
            throw;
        }
        await EndLeftoversAsync(process, output, killGrace);
        return process.ExitCode;
    }

    /// <summary>Kills what an earlier execution of this attempt left when its host died.</summary>
    public Task KillEarlierAsync(TimeSpan killGrace) => _tree.KillAsync(root: null, killGrace);

    // A retry must never run beside what an earlier try started.
    private async Task EndLeftoversAsync(Process process, Task output, TimeSpan killGrace)
    {
        var inGroup = ProcessTree.IsGroupAlive(process.Id);
        if (!inGroup && await DrainAsync(output)) return;
        if (_tree.Find(process.Id).Count > 0)
        {
            context.Log.WriteLine("[the task has ended, and what it left running is killed]");
            await _tree.KillAsync(process, killGrace);
        }
        if (!await DrainAsync(output)) context.Log.WriteLine("[something that the task started, and that hides from it, still holds its output]");
    }

    /// <summary>Waits for the end of the output; false when nothing comes any more, though somebody holds it open.</summary>
    private async Task<bool> DrainAsync(Task output)
    {
        for (var seen = -1L; !output.IsCompleted && (Volatile.Read(ref _writing) > 0 || seen != Interlocked.Read(ref _copied));)
        {
            seen = Interlocked.Read(ref _copied);
            await Task.WhenAny(output, Task.Delay(LastWords, time));
        }
        if (!output.IsCompleted) return false;
        await output;
        return true;
    }

    private async Task CopyAsync(Stream from)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            Interlocked.Increment(ref _writing);
            _lastLine.Add(buffer.AsSpan(0, read));
            await context.Log.WriteAsync(buffer.AsMemory(0, read));
            Interlocked.Add(ref _copied, read);
            Interlocked.Decrement(ref _writing);
        }
    }

    private static Process Start(ShellCommand command, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo { WorkingDirectory = command.WorkingDirectory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = !OperatingSystem.IsLinux() };
        foreach (var argument in SessionOf(command)) start.ArgumentList.Add(argument);
        start.FileName = start.ArgumentList[0];
        start.ArgumentList.RemoveAt(0);
        start.Environment.Clear();
        foreach (var (name, value) in variables) start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new UpdraftException(OperatorErrors.ProcessStart, $"{command.Program} cannot be started: {e.Message}; values larger than 128 KB go through a file", e);
        }
    }

    /// <summary>
    /// On Linux a session of its own, so that a signal to the host's terminal does not reach the task and the task's group can be told apart,
    /// and one pipe for both outputs, so that their lines keep their order. The text for the shell is fixed; the command follows as arguments.
    /// </summary>
    private static IEnumerable<string> SessionOf(ShellCommand command) => OperatingSystem.IsLinux()
        ? ["/bin/sh", "-c", "exec setsid \"$@\" 2>&1", "updraft", command.Program, .. command.Arguments]
        : [command.Program, .. command.Arguments];
}

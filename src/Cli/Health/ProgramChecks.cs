using System.ComponentModel;
using System.Diagnostics;

namespace Updraft.Cli;

/// <summary>Looks for the programs that operators run.</summary>
internal static class ProgramChecks
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>All findings.</summary>
    public static async Task<IReadOnlyList<Finding>> AllAsync(CancellationToken cancellation) => await Task.WhenAll(
        OneAsync("Python", "python3", "tasks of 'python'", cancellation),
        OneAsync("Node.js", "node", "tasks of 'node'", cancellation),
        OneAsync(".NET SDK", "dotnet", "DAGs in C#", cancellation));

    private static async Task<Finding> OneAsync(string name, string program, string who, CancellationToken cancellation)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            over.CancelAfter(Longest);
            var version = (await process.StandardOutput.ReadToEndAsync(over.Token)).Trim();
            await process.WaitForExitAsync(over.Token);
            return process.ExitCode == 0 ? Finding.Well(name, version) : Missing(name, $"'{program} --version' ended with {process.ExitCode}", who);
        }
        catch (Win32Exception)
        {
            return Missing(name, $"there is no {program} on the PATH", who);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Missing(name, $"'{program} --version' does not end", who);
        }
    }

    private static Finding Missing(string name, string text, string who) => Finding.Notice(name, text, $"install it where {who} are to run here");
}

using System.CommandLine;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft wait</c>.</summary>
internal static class WaitForRun
{
    public static Command Of(Session session)
    {
        var run = Session.RunArgument();
        var timeout = TimeoutOption();
        var command = new Command("wait", "Waits until a run has ended, and shows how it goes.") { run, timeout, session.Data, session.Json };
        command.SetAction((parsed, cancellation) => WaitAsync(session, parsed, parsed.GetValue(run)!, parsed.GetValue(timeout), cancellation));
        return command;
    }

    public static Option<string?> TimeoutOption() => new("--timeout") { HelpName = "DURATION", Description = "Longest wait, as in 90s or 1h30m. Default: none." };

    /// <summary>Waits, and prints the result as <c>updraft run</c> does.</summary>
    /// <returns>The exit code: that of the run, or <see cref="ExitCodes.NotEnded"/>.</returns>
    public static async Task<int> WaitAsync(Session session, ParseResult parsed, string runId, string? timeout, CancellationToken cancellation)
    {
        var (terminal, longest) = (session.Terminal, timeout is null ? (TimeSpan?)null : Durations.Parse(timeout));
        using var opened = DataFolder.Open(session.FolderOf(parsed));
        await using var follow = new RunFollow(terminal, opened.Data, runId);
        var run = await follow.ToEndAsync(longest, parsed.GetValue(session.Json), cancellation);
        if (run.Final) return await RunResult.PrintAsync(terminal, opened.Data, run, parsed.GetValue(session.Json), cancellation);
        terminal.Error.WriteLine($"Run {Printable.Of(runId)} is {StateNames.Of(run.Body.Status)}, and has not ended within {timeout}.");
        return ExitCodes.NotEnded;
    }
}

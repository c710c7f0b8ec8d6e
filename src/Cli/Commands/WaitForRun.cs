using System.CommandLine;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft wait</c>.</summary>
internal static class WaitForRun
{
    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var (timeout, quiet) = (TimeoutOption(), QuietOption());
        var command = session.Asking("wait", "Waits until a run has ended, and shows how it goes.", run, timeout, quiet);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            return await WaitAsync(session, api, parsed.GetValue(run)!, parsed.GetValue(timeout), FormOf(session, parsed, quiet), known: false, cancellation);
        });
        return command;
    }

    public static Option<string?> TimeoutOption() => new("--timeout") { HelpName = "DURATION", Description = "Longest wait, as in 90s or 1h30m. Default: none." };

    public static Option<bool> QuietOption() => new("--quiet", "-q") { Description = "Print nothing but the id of a run that is made: the exit code says how it ended." };

    public static PrintForm FormOf(Session session, ParseResult parsed, Option<bool> quiet) =>
        parsed.GetValue(session.Json) ? PrintForm.Json : parsed.GetValue(quiet) ? PrintForm.Quiet : PrintForm.Text;

    /// <summary>Waits, and prints the result as <c>updraft run</c> does.</summary>
    /// <param name="session">The command line.</param>
    /// <param name="api">Who is asked.</param>
    /// <param name="runId">The run.</param>
    /// <param name="timeout">Longest wait as typed; null for none.</param>
    /// <param name="how">For whom the result is.</param>
    /// <param name="known">Whether the run is known to be there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The exit code: that of the run, or <see cref="ExitCodes.NotEnded"/>.</returns>
    public static async Task<int> WaitAsync(Session session, ApiClient api, string runId, string? timeout, PrintForm how, bool known, CancellationToken cancellation)
    {
        var (terminal, longest) = (session.Terminal, timeout is null ? (TimeSpan?)null : Durations.Parse(timeout));
        var shown = await new RunFollow(terminal, api, runId).ToEndAsync(longest, how, known, cancellation);
        if (shown is { Run.Final: true })
        {
            using var opened = api.OpenFolder();
            return await RunResult.PrintAsync(terminal, shown, opened?.Data, how, cancellation);
        }
        if (how != PrintForm.Quiet) terminal.Error.WriteLine($"Run {Printable.Of(runId)} is {(shown is null ? "made" : StateNames.Of(shown.Run.State))}, and has not ended within {timeout}.");
        return ExitCodes.NotEnded;
    }
}

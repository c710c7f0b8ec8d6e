using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft cancel</c>.</summary>
internal static class CancelRun
{
    public static Command Of(Session session)
    {
        var run = Session.RunArgument();
        var force = new Option<bool>("--force") { Description = "Kill the teardowns too." };
        var command = new Command("cancel", "Cancels a run: its work is killed, and its teardowns run.") { run, force, session.Data, session.Json };
        command.SetAction((parsed, cancellation) => RunCommandLine.TellAsync(session, parsed, RunOperations.Cancel, parsed.GetValue(run)!,
            new CancelCommand(parsed.GetValue(force), Session.User), "is being cancelled", cancellation));
        return command;
    }
}

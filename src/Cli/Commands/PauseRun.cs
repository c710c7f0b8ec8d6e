using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft pause</c> and <c>updraft resume</c>.</summary>
internal static class PauseRun
{
    public static Command Pause(Session session) => Of(session, "pause", "Pauses a run: nothing new starts, and what is at work goes on.", true, "is being paused");

    public static Command Resume(Session session) => Of(session, "resume", "Lets a paused run go on.", false, "goes on");

    private static Command Of(Session session, string name, string description, bool paused, string what)
    {
        var run = Session.RunArgument();
        var command = new Command(name, description) { run, session.Data, session.Json };
        command.SetAction((parsed, cancellation) => RunCommandLine.TellAsync(session, parsed, RunOperations.Pause, parsed.GetValue(run)!, new PauseCommand(paused), what, cancellation));
        return command;
    }
}

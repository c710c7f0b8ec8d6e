using System.CommandLine;

namespace Updraft.Cli;

/// <summary><c>updraft pause</c> and <c>updraft resume</c>.</summary>
internal static class PauseRun
{
    public static Command Pause(Session session) => Of(session, "pause", "Pauses a run: nothing new starts, and what is at work goes on.", "is being paused");

    public static Command Resume(Session session) => Of(session, "resume", "Lets a paused run go on.", "goes on");

    private static Command Of(Session session, string name, string description, string what)
    {
        var run = session.RunArgument();
        var command = session.Asking(name, description, run);
        command.SetAction((parsed, cancellation) => RunCommandLine.TellAsync(session, parsed, parsed.GetValue(run)!, name, new { }, what, cancellation));
        return command;
    }
}

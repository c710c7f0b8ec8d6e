using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft mark</c>.</summary>
internal static class MarkRun
{
    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var task = new Argument<string>("TASK[KEY]") { Description = "A task, a group, or one mapped instance as in fit[SEA]." };
        var state = new Argument<string>("STATE") { Description = "success, failed or skipped." };
        state.AcceptOnlyFromAmong("success", "failed", "skipped");
        var command = session.Asking("mark", "Gives tasks of a run a state by hand; their work is killed first.", run, task, state);
        command.SetAction((parsed, cancellation) => RunCommandLine.TellAsync(session, parsed, parsed.GetValue(run)!, "mark",
            new MarkCommand([InstanceName.Parse(parsed.GetValue(task)!).ToSelector()], StateNames.Parse(parsed.GetValue(state)!)),
            "is being marked", cancellation));
        return command;
    }
}

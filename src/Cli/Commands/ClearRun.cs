using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft clear</c>.</summary>
internal static class ClearRun
{
    public static Command Of(Session session)
    {
        var run = Session.RunArgument();
        var tasks = new Argument<string[]>("TASK[KEY]") { Arity = ArgumentArity.ZeroOrMore, Description = "Tasks, groups, or mapped instances as in fit[SEA]; all of the run when left out." };
        var upstream = new Option<bool>("--upstream") { Description = "Also what is upstream of them." };
        var only = new Option<bool>("--only") { Description = "Not what is downstream of them." };
        var failed = new Option<bool>("--failed") { Description = "Of all these, only what failed or has a failed upstream." };
        var command = new Command("clear", "Lets tasks of a run run again, with what is downstream of them; their work is killed first.") { run, tasks, upstream, only, failed, session.Data, session.Json };
        command.SetAction((parsed, cancellation) => RunCommandLine.TellAsync(session, parsed, RunOperations.Clear, parsed.GetValue(run)!, new ClearCommand
        {
            Tasks = [.. parsed.GetValue(tasks)!.Select(name => InstanceName.Parse(name).ToSelector())],
            Upstream = parsed.GetValue(upstream),
            Downstream = !parsed.GetValue(only),
            FailedOnly = parsed.GetValue(failed),
        }, "is being cleared", cancellation));
        return command;
    }
}

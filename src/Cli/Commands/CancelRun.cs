using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft cancel</c>.</summary>
internal static class CancelRun
{
    public static Command Of(Session session)
    {
        var force = new Option<bool>("--force") { Description = "Kill the teardowns too." };
        var many = new ManyRuns(session);
        var command = new Command("cancel", "Cancels runs: their work is killed, and their teardowns run.") { force, session.Data, session.Json };
        many.AddTo(command);
        command.SetAction((parsed, cancellation) => many.ForEachAsync(parsed, "Cancel", async (owner, run) =>
        {
            var taken = await owner.AskAsync(RunOperations.Cancel, new RunCommand<CancelCommand>(run, new CancelCommand(parsed.GetValue(force), Session.User)), cancellation);
            return new BulkLine(run, $"Run {Printable.Of(run)} is being cancelled.", taken.Driven);
        }, cancellation));
        return command;
    }
}

using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft cancel</c>.</summary>
internal static class CancelRun
{
    public static Command Of(Session session)
    {
        var force = new Option<bool>("--force") { Description = "Kill the teardowns too." };
        var many = new ManyRuns(session);
        var command = session.Asking("cancel", "Cancels runs: their work is killed, and their teardowns run.", [.. many.Symbols, force]);
        command.SetAction((parsed, cancellation) => many.ForEachAsync(parsed, "Cancel", async (api, run) =>
        {
            var taken = await api.PostAsync<CommandTaken>($"runs/{run}/cancel", new CancelCommand(parsed.GetValue(force)), cancellation);
            return new BulkLine(run, $"Run {Printable.Of(run)} is being cancelled.", taken.Driven);
        }, cancellation));
        return command;
    }
}

using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft rerun</c>.</summary>
internal static class RerunRun
{
    public static Command Of(Session session)
    {
        var latest = new Option<bool>("--latest") { Description = "With the current version of the DAG. Default: the version that the run had." };
        var runId = new Option<string?>("--run-id") { HelpName = "ID", Description = "The new run's id. Default: made from the time." };
        var given = new RunGivenOptions();
        var (conf, note) = (given.Conf, given.Note);
        var many = new ManyRuns(session);
        var command = session.Asking("rerun", "Makes a run again as a new one, with the same labels, dates and, unless another is given, conf.", [.. many.Symbols, latest, runId, conf, note]);
        command.SetAction((parsed, cancellation) => many.ForEachAsync(parsed, "Run again", async (api, run) =>
        {
            var answer = await api.PostAsync<RunAccepted>($"runs/{run}/rerun", new Rerun
            {
                Latest = parsed.GetValue(latest),
                RunId = many.IsOne(parsed) ? parsed.GetValue(runId) : null,
                Conf = parsed.GetValue(conf) is { } other ? RunArguments.Conf(other) : null,
                Note = parsed.GetValue(note),
            }, cancellation);
            return new BulkLine(answer.RunId, $"Run {Printable.Of(answer.RunId)} repeats {Printable.Of(run)}.", answer.Driven);
        }, cancellation));
        return command;
    }
}

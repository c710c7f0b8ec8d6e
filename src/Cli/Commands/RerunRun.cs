using System.CommandLine;
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
        var command = new Command("rerun", "Makes a run again as a new one, with the same labels, dates and, unless another is given, conf.") { latest, runId, conf, note, session.Data, session.Json };
        many.AddTo(command);
        command.SetAction((parsed, cancellation) => many.ForEachAsync(parsed, "Run again", async (owner, run) =>
        {
            var answer = await owner.AskAsync(RunOperations.Again, new RunCommand<Rerun>(run, new Rerun
            {
                Latest = parsed.GetValue(latest),
                RunId = many.IsOne(parsed) ? parsed.GetValue(runId) : null,
                Conf = parsed.GetValue(conf) is { } other ? RunArguments.Conf(other) : null,
                Note = parsed.GetValue(note),
                By = Session.User,
            }), cancellation);
            return new BulkLine(answer.RunId, $"Run {Printable.Of(answer.RunId)} repeats {Printable.Of(run)}.", answer.Driven);
        }, cancellation));
        return command;
    }
}

using System.CommandLine;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft priority</c>.</summary>
internal static class PrioritiseRun
{
    public static Command Of(Session session)
    {
        var run = Session.RunArgument();
        var rest = new Argument<string[]>("[TASK[KEY]] N") { Arity = new ArgumentArity(1, 2), Description = "The number, of which the higher comes first; before it a task, or one instance of it as in fit[SEA]. Without a task, the run and all its tasks." };
        var command = new Command("priority", "Lets what a run has in queues now come before what has a lower number, or after.") { run, rest, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (task, number) = parsed.GetValue(rest)! switch { [var name, var last] => (name, last), var only => (null, only[0]) };
            if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority)) throw new UpdraftException(CliErrors.Number, $"'{Printable.Of(number)}' is no priority: give a whole number");
            var set = await session.AskAsync(parsed, PoolOperations.Prioritise, new SetPriority(parsed.GetValue(run)!, task, priority), cancellation);
            return session.Print(parsed, set, FormattableString.Invariant($"{set.Waiting} {(set.Waiting == 1 ? "place" : "places")} in queues of run {Printable.Of(set.RunId)} {(set.Waiting == 1 ? "has" : "have")} priority {priority}."));
        });
        return command;
    }
}

using System.CommandLine;
using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft priority</c>.</summary>
internal static class PrioritiseRun
{
    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var rest = new Argument<string[]>("[TASK[KEY]...] N") { Arity = ArgumentArity.OneOrMore, Description = "The number, of which the higher comes first; before it tasks, or instances of them as in fit[SEA]. Without a task, the run and all its tasks." };
        var command = session.Asking("priority", "Lets a run, or tasks of it, come before what has a lower number where it waits for a limit.", run, rest);
        command.SetAction((parsed, cancellation) =>
        {
            var typed = parsed.GetValue(rest)!;
            if (!int.TryParse(typed[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority)) throw new UpdraftException(CliErrors.Number, $"'{Printable.Of(typed[^1])}' is no priority: give a whole number");
            var given = new PriorityCommand([.. typed[..^1].Select(name => InstanceName.Parse(name).ToSelector())], priority);
            return RunCommandLine.TellAsync(session, parsed, parsed.GetValue(run)!, "priority", given, FormattableString.Invariant($"is given priority {priority}"), cancellation);
        });
        return command;
    }
}

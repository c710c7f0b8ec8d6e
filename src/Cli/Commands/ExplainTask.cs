using System.CommandLine;

namespace Updraft.Cli;

/// <summary><c>updraft explain</c>.</summary>
internal static class ExplainTask
{
    public static Command Of(Session session)
    {
        var run = Session.RunArgument();
        var task = new Argument<string>("TASK[KEY]") { Description = "A task, or one mapped instance as in fit[SEA]." };
        var command = new Command("explain", "Says why a task is not running now: which upstream, limit, time or event it waits for.") { run, task, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = InstanceName.Parse(parsed.GetValue(task)!);
            var explained = await session.AskAsync(parsed, RunOperations.Explain, new ExplainRequest(parsed.GetValue(run)!, name.TaskId, name.Keys), cancellation);
            return session.Print(parsed, explained, explained.SelectMany(each => each.Reasons.Select(Printable.Of).Prepend($"{Printable.Of(each.Name)}  {StateNames.Of(each.State)}")));
        });
        return command;
    }
}

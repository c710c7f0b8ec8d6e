using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft explain</c>.</summary>
internal static class ExplainTask
{
    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var task = new Argument<string?>("TASK[KEY]") { Arity = ArgumentArity.ZeroOrOne, Description = "A task, or one mapped instance as in fit[SEA]; the run itself when left out." };
        var command = session.Asking("explain", "Says why a run or a task is not running now: which upstream, limit, time, event or answer it waits for.", run, task);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetValue(task) is { } typed ? InstanceName.Parse(typed) : null;
            var explained = await session.AskAsync(parsed, api => api.GetAsync<Explanation>(PathOf(parsed.GetValue(run)!, name), cancellation));
            return session.Print(parsed, explained, explained.Causes.IsEmpty ? [Printable.Of(explained.Text)] : explained.Causes.Select(cause => Printable.Of(cause.Text)));
        });
        return command;
    }

    private static ApiPath PathOf(string runId, InstanceName? name)
    {
        ApiPath path = $"runs/{runId}/explain";
        return path.With("task", name?.TaskId).With("keys", name?.Keys ?? []);
    }
}

using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft clear</c>.</summary>
internal static class ClearRun
{
    public static Command Of(Session session)
    {
        var tasks = new Argument<string[]>("TASK[KEY]") { Arity = ArgumentArity.ZeroOrMore, Description = "Tasks, groups, or mapped instances as in fit[SEA]; all of the run when left out." };
        var upstream = new Option<bool>("--upstream") { Description = "Also what is upstream of them." };
        var only = new Option<bool>("--only") { Description = "Not what is downstream of them." };
        var failed = new Option<bool>("--failed") { Description = "Of all these, only what failed or has a failed upstream." };
        var many = new ManyRuns(session);
        var command = session.Asking("clear", "Lets tasks of runs run again, with what is downstream of them; their work is killed first.", [.. many.Symbols, tasks, upstream, only, failed]);
        command.SetAction((parsed, cancellation) =>
        {
            var clear = new ClearCommand
            {
                Tasks = [.. parsed.GetValue(tasks)!.Select(name => InstanceName.Parse(name).ToSelector())],
                Upstream = parsed.GetValue(upstream),
                Downstream = !parsed.GetValue(only),
                FailedOnly = parsed.GetValue(failed),
            };
            return many.ForEachAsync(parsed, "Clear", async (api, run) =>
            {
                var taken = await api.PostAsync<CommandTaken>($"runs/{run}/clear", clear, cancellation);
                return new BulkLine(run, $"Run {Printable.Of(run)} is being cleared.", taken.Driven);
            }, cancellation);
        });
        return command;
    }
}
